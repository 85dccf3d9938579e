using Cdp.Archives;
using Cdp.Contracts.Archive.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile;
using Cdp.Storage.Embedded.Sqlite;

namespace Cdp.Storage.Embedded.Profile;

/// <summary>The stage's file as records.</summary>
internal sealed class ProfileArchives(SqliteDatabase database) : IArchived
{
    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives =>
    [
        new Archive<ProfileRecord>(ProfileModule.Name, "profiles", ReadProfilesAsync, WriteProfilesAsync),
        new Archive<AbsorbedRecord>(ProfileModule.Name, "absorbed", ReadAbsorbedAsync, WriteAbsorbedAsync),
        IdsArchive("deleted"),
        IdsArchive("rebuilt"),
        .. new TimelineArchives(database).All,
        new Archive<PositionRecord>(ProfileModule.Name, "positions", ReadPositionsAsync, WritePositionsAsync),
    ];

    private Task<RecordPage<ProfileRecord>> ReadProfilesAsync(string cursor, CancellationToken cancellationToken)
    {
        using var reader = database.OpenReader();
        return Task.FromResult(reader.Page(
            row => new ProfileRecord { Sequence = row.GetInt64(1), Profile = StoredProfile.Parser.ParseFrom(row.Bytes(2)) },
            record => record.Profile.Document.Id,
            "SELECT id, sequence, profile FROM profiles WHERE id > $1 ORDER BY id", cursor));
    }

    private Task WriteProfilesAsync(IReadOnlyList<ProfileRecord> records, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, _) =>
        {
            using var insert = new PreparedStatement(connection, "INSERT OR REPLACE INTO profiles (id, sequence, profile) VALUES (?1, ?2, ?3)");
            foreach (var record in records)
                insert.Bind(record.Profile.Document.Id).Bind(record.Sequence).Bind(record.Profile).Run();
        },
        cancellationToken);

    private Task<RecordPage<AbsorbedRecord>> ReadAbsorbedAsync(string cursor, CancellationToken cancellationToken)
    {
        using var reader = database.OpenReader();
        return Task.FromResult(reader.Page(
            row => new AbsorbedRecord { Id = row.GetString(0), ProfileId = row.GetString(1), Sequence = row.GetInt64(2) },
            record => record.Id,
            "SELECT id, profile_id, sequence FROM absorbed WHERE id > $1 ORDER BY id", cursor));
    }

    private Task WriteAbsorbedAsync(IReadOnlyList<AbsorbedRecord> records, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, _) =>
        {
            foreach (var record in records)
                connection.Run("INSERT OR REPLACE INTO absorbed VALUES ($1, $2, $3)", record.Id, record.ProfileId, record.Sequence);
        },
        cancellationToken);

    // Ids with the sequence at which consumers of the feed forget them.
    private Archive<DeletedRecord> IdsArchive(string table) => new(
        ProfileModule.Name, table, (cursor, _) => ReadIdsAsync(table, cursor), (records, cancellationToken) => WriteIdsAsync(table, records, cancellationToken));

    private Task<RecordPage<DeletedRecord>> ReadIdsAsync(string table, string cursor)
    {
        using var reader = database.OpenReader();
        return Task.FromResult(reader.Page(
            row => new DeletedRecord { Id = row.GetString(0), Sequence = row.GetInt64(1) },
            record => record.Id,
            $"SELECT id, sequence FROM {table} WHERE id > $1 ORDER BY id", cursor));
    }

    private Task WriteIdsAsync(string table, IReadOnlyList<DeletedRecord> records, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, _) =>
        {
            foreach (var record in records)
                connection.Run($"INSERT OR REPLACE INTO {table} VALUES ($1, $2)", record.Id, record.Sequence);
        },
        cancellationToken);

    private Task<RecordPage<PositionRecord>> ReadPositionsAsync(string cursor, CancellationToken cancellationToken)
    {
        using var reader = database.OpenReader();
        return Task.FromResult(Positions.Read(reader, "positions"));
    }

    private Task WritePositionsAsync(IReadOnlyList<PositionRecord> records, CancellationToken cancellationToken) =>
        Positions.WriteAsync(database, "positions", records, cancellationToken);
}
