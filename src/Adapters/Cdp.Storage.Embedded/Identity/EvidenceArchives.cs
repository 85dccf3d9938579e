using System.Globalization;
using Cdp.Archives;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity;
using Cdp.Identity.Ties;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Identity;

/// <summary>What persons were made of, and what was taken apart, as records.</summary>
internal sealed class EvidenceArchives(SqliteDatabase database)
{
    /// <summary>The archives.</summary>
    public IReadOnlyList<IArchive> Archives =>
    [
        Of("founders", ReadFounders, (connection, founder) => connection.Run(
            "INSERT OR REPLACE INTO founders VALUES ($1, $2, $3, $4)", founder.Id, founder.CreatedAt, founder.First.Type, founder.First.Value)),
        Of("ties", ReadTies, (connection, tie) => connection.Run(
            "INSERT OR REPLACE INTO ties VALUES ($1, $2, $3, $4)", tie.PersonId, tie.Tie.Sequence, Hash(tie.Tie), tie.Tie.ToByteArray())),
        Of("separations", ReadSeparations, (connection, pair) => connection.Run(
            "INSERT OR REPLACE INTO separations VALUES ($1, $2, $3, $4, $5, $6)", pair.Left.Type, pair.Left.Value, pair.Right.Type, pair.Right.Value, pair.OfAlias, pair.Split)),
        Of("splits", ReadSplits, WriteSplit),
        Of("links", ReadLinks, LinkRows.Add),
    ];

    private Archive<T> Of<T>(string kind, Func<SqliteConnection, string, RecordPage<T>> read, Action<SqliteConnection, T> write)
        where T : IMessage<T>, new() => new(
        IdentityModule.Name,
        kind,
        (cursor, _) =>
        {
            using var reader = database.OpenReader();
            return Task.FromResult(read(reader, cursor));
        },
        (records, stop) => database.WriteAsync(
            (connection, _) =>
            {
                foreach (var record in records)
                    write(connection, record);
            },
            stop));

    private static long Hash(Tie tie) => unchecked((long)TieHash.Of(TieKeys.Of(tie)));

    private static RecordPage<FounderRecord> ReadFounders(SqliteConnection reader, string cursor) => reader.Page(
        row => new FounderRecord { Id = row.GetString(0), CreatedAt = row.GetInt64(1), First = new Identifier { Type = row.GetString(2), Value = row.GetString(3) } },
        founder => founder.Id,
        "SELECT id, created_at, type, value FROM founders WHERE id > $1 ORDER BY id", cursor);

    private static RecordPage<TieRecord> ReadTies(SqliteConnection reader, string cursor)
    {
        var after = SqlitePages.Split(cursor, "", "0", "0");
        return reader.Page(
            row => new TieRecord { PersonId = row.GetString(0), Tie = Tie.Parser.ParseFrom(row.Bytes(1)) },
            tie => SqlitePages.Join(tie.PersonId, tie.Tie.Sequence.ToString(CultureInfo.InvariantCulture), Hash(tie.Tie).ToString(CultureInfo.InvariantCulture)),
            "SELECT person_id, tie FROM ties WHERE (person_id, sequence, hash) > ($1, $2, $3) ORDER BY person_id, sequence, hash",
            after[0], long.Parse(after[1], CultureInfo.InvariantCulture), long.Parse(after[2], CultureInfo.InvariantCulture));
    }

    private static RecordPage<SeparationRecord> ReadSeparations(SqliteConnection reader, string cursor)
    {
        var after = SqlitePages.Split(cursor, "", "", "", "");
        return reader.Page(
            row => new SeparationRecord
            {
                Left = new Identifier { Type = row.GetString(0), Value = row.GetString(1) },
                Right = new Identifier { Type = row.GetString(2), Value = row.GetString(3) },
                OfAlias = row.GetBoolean(4),
                Split = row.GetInt64(5),
            },
            pair => SqlitePages.Join(pair.Left.Type, pair.Left.Value, pair.Right.Type, pair.Right.Value),
            """
            SELECT a_type, a_value, b_type, b_value, of_alias, split FROM separations
            WHERE (a_type, a_value, b_type, b_value) > ($1, $2, $3, $4) ORDER BY a_type, a_value, b_type, b_value
            """,
            after[0], after[1], after[2], after[3]);
    }

    private static RecordPage<Split> ReadSplits(SqliteConnection reader, string cursor) => reader.Page(
        row => Split.Parser.ParseFrom(row.Bytes(0)),
        split => split.Sequence.ToString(CultureInfo.InvariantCulture),
        "SELECT split FROM splits WHERE sequence > $1 ORDER BY sequence",
        cursor.Length == 0 ? 0 : long.Parse(cursor, CultureInfo.InvariantCulture));

    private static RecordPage<Link> ReadLinks(SqliteConnection reader, string cursor)
    {
        var after = SqlitePages.Split(cursor, "", "", "", "");
        return reader.Page(
            row => Link.Parser.ParseFrom(row.Bytes(0)),
            link => SqlitePages.Join(link.Anonymous.Type, link.Anonymous.Value, link.Known.Type, link.Known.Value),
            "SELECT link FROM links WHERE (a_type, a_value, k_type, k_value) > ($1, $2, $3, $4) ORDER BY a_type, a_value, k_type, k_value",
            after[0], after[1], after[2], after[3]);
    }

    private static void WriteSplit(SqliteConnection connection, Split split)
    {
        connection.Run("INSERT OR REPLACE INTO splits VALUES ($1, $2)", split.Sequence, split.ToByteArray());
        foreach (var part in split.Parts)
            connection.Run("INSERT OR REPLACE INTO split_persons VALUES ($1, $2)", part.PersonId, split.Sequence);
    }
}
