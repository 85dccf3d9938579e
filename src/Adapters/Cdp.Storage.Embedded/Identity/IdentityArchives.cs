using System.Globalization;
using Cdp.Archives;
using Cdp.Contracts.Archive.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Identity;

/// <summary>The stage's file as records.</summary>
internal sealed class IdentityArchives(SqliteDatabase database) : IArchived
{
    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives =>
    [
        new Archive<Person>(IdentityModule.Name, "persons", ReadPersonsAsync, WritePersonsAsync),
        new Archive<Merge>(IdentityModule.Name, "merges", ReadMergesAsync, WriteMergesAsync),
        .. new EvidenceArchives(database).Archives,
        new Archive<PositionRecord>(IdentityModule.Name, "positions", ReadPositionsAsync, WritePositionsAsync),
    ];

    private Task<RecordPage<Person>> ReadPersonsAsync(string cursor, CancellationToken cancellationToken)
    {
        using var reader = database.OpenReader();
        return Task.FromResult(reader.Page(
            row => Load(reader, row.GetString(0), row.GetInt64(1)), person => person.Id, "SELECT id, created_at FROM persons WHERE id > $1 ORDER BY id", cursor));
    }

    private static Person Load(SqliteConnection reader, string id, long createdAt)
    {
        var person = new Person { Id = id, CreatedAt = createdAt };
        var identifiers = reader.Query(
            row => new PersonIdentifier
            {
                Identifier = new Identifier { Type = row.GetString(0), Value = row.GetString(1) },
                CreatedAt = row.GetInt64(2),
                SourceId = row.GetString(3),
                MessageId = row.GetString(4),
            },
            "SELECT type, value, created_at, source_id, message_id FROM identifiers WHERE person_id = $1", id);
        person.Identifiers.AddRange(identifiers.OrderBy(i => i.Identifier.Type, StringComparer.Ordinal).ThenBy(i => i.Identifier.Value, StringComparer.Ordinal));
        person.AbsorbedIds.AddRange(reader.Query(row => row.GetString(0), "SELECT id FROM absorbed WHERE person_id = $1", id).Order(StringComparer.Ordinal));
        return person;
    }

    private Task WritePersonsAsync(IReadOnlyList<Person> persons, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, _) =>
        {
            using var person = connection.Prepare("INSERT OR REPLACE INTO persons VALUES ($1, $2)", "", 0);
            using var identifier = connection.Prepare("INSERT OR REPLACE INTO identifiers VALUES ($1, $2, $3, $4, $5, $6)", "", "", "", 0, "", "");
            using var absorbed = connection.Prepare("INSERT OR REPLACE INTO absorbed VALUES ($1, $2)", "", "");
            foreach (var one in persons)
            {
                person.Run(one.Id, one.CreatedAt);
                foreach (var i in one.Identifiers)
                    identifier.Run(i.Identifier.Type, i.Identifier.Value, one.Id, i.CreatedAt, i.SourceId, i.MessageId);
                foreach (var id in one.AbsorbedIds)
                    absorbed.Run(id, one.Id);
            }
        },
        cancellationToken);

    private Task<RecordPage<Merge>> ReadMergesAsync(string cursor, CancellationToken cancellationToken)
    {
        using var reader = database.OpenReader();
        return Task.FromResult(reader.Page(
            row => Merge.Parser.ParseFrom(row.Bytes(0)),
            merge => merge.Sequence.ToString(CultureInfo.InvariantCulture),
            "SELECT merge FROM merges WHERE sequence > $1 ORDER BY sequence",
            cursor.Length == 0 ? 0 : long.Parse(cursor, CultureInfo.InvariantCulture)));
    }

    private Task WriteMergesAsync(IReadOnlyList<Merge> merges, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, _) =>
        {
            foreach (var merge in merges)
                connection.Run("INSERT OR REPLACE INTO merges VALUES ($1, $2, $3, $4)", merge.Sequence, merge.SurvivorId, merge.AbsorbedId, merge.ToByteArray());
        },
        cancellationToken);

    private Task<RecordPage<PositionRecord>> ReadPositionsAsync(string cursor, CancellationToken cancellationToken)
    {
        using var reader = database.OpenReader();
        return Task.FromResult(Positions.Read(reader, "counters"));
    }

    private Task WritePositionsAsync(IReadOnlyList<PositionRecord> positions, CancellationToken cancellationToken) =>
        Positions.WriteAsync(database, "counters", positions, cancellationToken);
}
