using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Store;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.SegmentSearch;

/// <summary>Segments in one SQLite file, <c>segments.db</c>. The history by sequence is the feed.</summary>
public sealed class EmbeddedSegmentStore(string directory) : ISegmentStore, IAsyncDisposable
{
    private readonly SqliteDatabase _database = new(directory, "segments.db",
    [
        """
        CREATE TABLE segments (key TEXT PRIMARY KEY, name TEXT NOT NULL, condition TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE memberships (segment_key TEXT, profile_id TEXT, entered_at INTEGER NOT NULL, PRIMARY KEY (segment_key, profile_id)) WITHOUT ROWID;
        CREATE INDEX memberships_by_profile ON memberships (profile_id);
        CREATE TABLE history (sequence INTEGER PRIMARY KEY, segment_key TEXT NOT NULL, profile_id TEXT NOT NULL, entered INTEGER NOT NULL,
            cause INTEGER NOT NULL, at INTEGER NOT NULL, merge_peer_id TEXT);
        CREATE INDEX history_by_segment ON history (segment_key, sequence);
        CREATE INDEX history_by_profile ON history (profile_id, segment_key, sequence);
        CREATE INDEX history_by_peer ON history (merge_peer_id) WHERE merge_peer_id IS NOT NULL;
        CREATE TABLE positions (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID
        """,
    ]);

    /// <inheritdoc />
    public Task<SegmentPositions> PositionsAsync(CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        var all = reader.Query(row => (Name: row.GetString(0), Value: row.GetInt64(1)), "SELECT name, value FROM positions").ToDictionary(p => p.Name, p => p.Value);
        return Task.FromResult(new SegmentPositions(all.GetValueOrDefault("profile"), all.GetValueOrDefault("feed")));
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<(SegmentDefinition Definition, long Size)>> SegmentsAsync(CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult<IReadOnlyList<(SegmentDefinition, long)>>(reader.Query(
            row => (new SegmentDefinition(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4)), row.GetInt64(5)),
            """
            SELECT key, name, condition, created_at, updated_at, (SELECT count(*) FROM memberships WHERE segment_key = key)
            FROM segments ORDER BY key
            """));
    }

    /// <inheritdoc />
    public async Task CommitAsync(SegmentCommit commit, CancellationToken cancellationToken)
    {
        await _database.WriteAsync((connection, _) => Write(connection, commit), cancellationToken);
        if (commit.Erased.Count > 0)
            await _database.CheckpointAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<Member>> MembersAsync(string key, string afterProfileId, int limit, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult<IReadOnlyList<Member>>(reader.Query(
            row => new Member { ProfileId = row.GetString(0), EnteredAt = row.GetInt64(1) },
            "SELECT profile_id, entered_at FROM memberships WHERE segment_key = $1 AND profile_id > $2 ORDER BY profile_id LIMIT $3",
            key, afterProfileId, limit));
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<Membership>> MembershipsAsync(string profileId, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult<IReadOnlyList<Membership>>(reader.Query(
            row => new Membership { SegmentKey = row.GetString(0), EnteredAt = row.GetInt64(1) },
            "SELECT segment_key, entered_at FROM memberships INDEXED BY memberships_by_profile WHERE profile_id = $1 ORDER BY segment_key", profileId));
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<MembershipChange>> HistoryAsync(string key, string profileId, long before, int limit, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult<IReadOnlyList<MembershipChange>>(profileId.Length == 0
            ? reader.Query(
                Map,
                "SELECT * FROM history INDEXED BY history_by_segment WHERE segment_key = $1 AND sequence < $2 ORDER BY sequence DESC LIMIT $3",
                key, before, limit)
            : reader.Query(
                Map,
                """
                SELECT * FROM history INDEXED BY history_by_profile WHERE profile_id = $1 AND segment_key = $2 AND sequence < $3
                ORDER BY sequence DESC LIMIT $4
                """,
                profileId, key, before, limit));
    }

    /// <inheritdoc />
    public Task<(IReadOnlyList<MembershipChange> Changes, long Sequence)> ChangesAfterAsync(long sequence, int limit, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        using var snapshot = reader.BeginTransaction(deferred: true);
        var head = reader.Number("SELECT value FROM positions WHERE name = 'feed'");
        var changes = reader.Query(Map, "SELECT * FROM history WHERE sequence > $1 ORDER BY sequence LIMIT $2", sequence, limit);
        return Task.FromResult<(IReadOnlyList<MembershipChange>, long)>((changes, changes.Count == limit ? changes[^1].Sequence : head));
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static MembershipChange Map(SqliteDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        SegmentKey = row.GetString(1),
        ProfileId = row.GetString(2),
        Entered = row.GetBoolean(3),
        Cause = (MembershipCause)row.GetInt32(4),
        At = row.GetInt64(5),
        MergePeerId = row.IsDBNull(6) ? "" : row.GetString(6),
    };

    private static void Write(SqliteConnection connection, SegmentCommit commit)
    {
        if (commit.Defined is { } defined)
        {
            connection.Run(
                "INSERT OR REPLACE INTO segments VALUES ($1, $2, $3, $4, $5)",
                defined.Key, defined.Name, defined.Condition, defined.CreatedAt, defined.UpdatedAt);
        }
        if (commit.Deleted is { } deleted)
        {
            foreach (var table in (string[])["segments WHERE key", "memberships WHERE segment_key", "history WHERE segment_key"])
                connection.Run($"DELETE FROM {table} = $1", deleted);
        }
        WriteChanges(connection, commit.Changes);
        foreach (var id in commit.Erased)
        {
            connection.Run("DELETE FROM memberships WHERE profile_id = $1", id);
            connection.Run("DELETE FROM history WHERE profile_id = $1 OR merge_peer_id = $1", id);
        }
        connection.Run("INSERT OR REPLACE INTO positions VALUES ('profile', $1), ('feed', $2)", commit.Positions.Profile, commit.Positions.Feed);
    }

    private static void WriteChanges(SqliteConnection connection, IReadOnlyList<MembershipChange> changes)
    {
        using var enter = connection.Prepare("INSERT OR REPLACE INTO memberships VALUES ($1, $2, $3)", "", "", 0);
        using var leave = connection.Prepare("DELETE FROM memberships WHERE segment_key = $1 AND profile_id = $2", "", "");
        using var record = connection.Prepare("INSERT OR REPLACE INTO history VALUES ($1, $2, $3, $4, $5, $6, $7)", 0, "", "", 0, 0, 0, "");
        foreach (var change in changes)
        {
            if (change.Entered)
                enter.Run(change.SegmentKey, change.ProfileId, change.At);
            else
                leave.Run(change.SegmentKey, change.ProfileId);
            record.Run(
                change.Sequence, change.SegmentKey, change.ProfileId, change.Entered ? 1 : 0, (int)change.Cause, change.At,
                change.MergePeerId.Length == 0 ? null : change.MergePeerId);
        }
    }
}
