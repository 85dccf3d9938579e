using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Store;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.SegmentSearch;

/// <summary>
/// Segments in one SQLite file, <c>segments.db</c>. The history by sequence is the feed. Random inserts into indexes are
/// what entries and exits cost most, so there is only one: a membership, current or former, holds the sequence of its
/// latest change, and each change that of the one before it. History is forgotten from its start, so such a chain ends where
/// it names a change that is gone.
/// </summary>
public sealed class EmbeddedSegmentStore(string directory) : ISegmentStore, IAsyncDisposable
{
    private const string HistoryColumns = "sequence, key, profile_id, entered, cause, at, merge_peer_id, traceparent";

    private readonly SqliteDatabase _database = new(directory, "segments.db",
    [
        """
        CREATE TABLE segments (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, condition TEXT NOT NULL,
            created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
        CREATE TABLE memberships (segment_id INTEGER, profile_id TEXT, entered_at INTEGER, latest INTEGER NOT NULL, PRIMARY KEY (segment_id, profile_id)) WITHOUT ROWID;
        CREATE TABLE history (sequence INTEGER PRIMARY KEY, segment_id INTEGER NOT NULL, profile_id TEXT NOT NULL, entered INTEGER NOT NULL,
            cause INTEGER NOT NULL, at INTEGER NOT NULL, merge_peer_id TEXT, previous INTEGER);
        CREATE INDEX history_by_segment ON history (segment_id, sequence);
        CREATE INDEX history_by_peer ON history (merge_peer_id) WHERE merge_peer_id IS NOT NULL;
        CREATE TABLE positions (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID
        """,
        "ALTER TABLE history ADD COLUMN traceparent TEXT",
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
            SELECT key, name, condition, created_at, updated_at,
                (SELECT count(*) FROM memberships WHERE segment_id = id AND entered_at IS NOT NULL)
            FROM segments ORDER BY key
            """));
    }

    /// <inheritdoc />
    public async Task CommitAsync(SegmentCommit commit, CancellationToken cancellationToken)
    {
        await _database.WriteAsync((connection, _) => Write(connection, commit), cancellationToken);
        if (commit.Erased.Count > 0)
            await _database.PurgeAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<Member>> MembersAsync(string key, string afterProfileId, int limit, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult<IReadOnlyList<Member>>(reader.Query(
            row => new Member { ProfileId = row.GetString(0), EnteredAt = row.GetInt64(1), EnteredSequence = row.GetInt64(2) },
            """
            SELECT profile_id, entered_at, latest FROM memberships
            WHERE segment_id = (SELECT id FROM segments WHERE key = $1) AND profile_id > $2 AND entered_at IS NOT NULL
            ORDER BY profile_id LIMIT $3
            """,
            key, afterProfileId, limit));
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<Membership>> MembershipsAsync(string profileId, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult<IReadOnlyList<Membership>>(reader.Query(
            row => new Membership { SegmentKey = row.GetString(0), EnteredAt = row.GetInt64(1) },
            """
            SELECT key, entered_at FROM segments CROSS JOIN memberships ON segment_id = id AND profile_id = $1
            WHERE entered_at IS NOT NULL ORDER BY key
            """,
            profileId));
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<MembershipChange>> HistoryAsync(string key, string profileId, long before, int limit, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult<IReadOnlyList<MembershipChange>>(profileId.Length == 0
            ? reader.Query(
                Map,
                $"""
                SELECT {HistoryColumns} FROM history INDEXED BY history_by_segment JOIN segments ON id = segment_id
                WHERE segment_id = (SELECT id FROM segments WHERE key = $1) AND sequence < $2 ORDER BY sequence DESC LIMIT $3
                """,
                key, before, limit)
            : reader.Query(
                Map,
                $"""
                WITH RECURSIVE chain (latest) AS (
                    SELECT latest FROM memberships WHERE segment_id = (SELECT id FROM segments WHERE key = $1) AND profile_id = $2
                    UNION ALL SELECT previous FROM chain JOIN history ON sequence = latest WHERE previous IS NOT NULL)
                SELECT {HistoryColumns} FROM chain JOIN history ON sequence = latest JOIN segments ON id = segment_id
                WHERE sequence < $3 ORDER BY sequence DESC LIMIT $4
                """,
                key, profileId, before, limit));
    }

    /// <inheritdoc />
    public Task<(IReadOnlyList<MembershipChange> Changes, long Sequence)> ChangesAfterAsync(long sequence, int limit, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        using var snapshot = reader.BeginTransaction(deferred: true);
        var head = reader.Number("SELECT value FROM positions WHERE name = 'feed'");
        var changes = reader.Query(
            Map, $"SELECT {HistoryColumns} FROM history CROSS JOIN segments ON id = segment_id WHERE sequence > $1 ORDER BY sequence LIMIT $2", sequence, limit);
        return Task.FromResult<(IReadOnlyList<MembershipChange>, long)>((changes, changes.Count == limit ? changes[^1].Sequence : head));
    }

    /// <inheritdoc />
    public Task<int> PruneHistoryAsync(long before, long until, int limit, CancellationToken cancellationToken) =>
        _database.WriteAsync((connection, _) => HistoryPruning.Prune(connection, before, until, limit), cancellationToken);

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
        Traceparent = row.IsDBNull(7) ? "" : row.GetString(7),
    };

    private static void Write(SqliteConnection connection, SegmentCommit commit)
    {
        if (commit.Defined is { } defined)
        {
            connection.Run(
                """
                INSERT INTO segments (key, name, condition, created_at, updated_at) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (key) DO UPDATE SET name = $2, condition = $3, created_at = $4, updated_at = $5
                """,
                defined.Key, defined.Name, defined.Condition, defined.CreatedAt, defined.UpdatedAt);
        }
        if (commit.Deleted is { } deleted)
        {
            foreach (var table in (string[])["memberships", "history"])
                connection.Run($"DELETE FROM {table} WHERE segment_id = (SELECT id FROM segments WHERE key = $1)", deleted);
            connection.Run("DELETE FROM segments WHERE key = $1", deleted);
        }
        WriteChanges(connection, commit.Changes);
        foreach (var (key, member) in commit.Members)
        {
            connection.Run(
                "INSERT OR REPLACE INTO memberships SELECT id, $2, $3, $4 FROM segments WHERE key = $1",
                key, member.ProfileId, member.EnteredAt, member.EnteredSequence);
        }
        foreach (var id in commit.Erased)
            Erase(connection, id);
        connection.Run("INSERT OR REPLACE INTO positions VALUES ('profile', $1), ('feed', $2)", commit.Positions.Profile, commit.Positions.Feed);
    }

    private static void WriteChanges(SqliteConnection connection, IReadOnlyList<MembershipChange> changes)
    {
        if (changes.Count == 0)
            return;
        var ids = connection.Query(row => (Key: row.GetString(0), Id: row.GetInt64(1)), "SELECT key, id FROM segments").ToDictionary(s => s.Key, s => s.Id);
        // A change that is there already keeps what it says about the one before it.
        using var record = connection.Prepare(
            """
            INSERT OR IGNORE INTO history VALUES ($1, $2, $3, $4, $5, $6, $7,
                (SELECT latest FROM memberships WHERE segment_id = $2 AND profile_id = $3), $8)
            """,
            0, 0, "", 0, 0, 0, "", "");
        using var change = connection.Prepare("INSERT OR REPLACE INTO memberships VALUES ($1, $2, $3, $4)", 0, "", 0, 0);
        foreach (var one in changes)
        {
            var segment = ids[one.SegmentKey];
            var peer = one.MergePeerId.Length == 0 ? null : one.MergePeerId;
            var trace = one.Traceparent.Length == 0 ? null : one.Traceparent;
            record.Run(one.Sequence, segment, one.ProfileId, one.Entered ? 1 : 0, (int)one.Cause, one.At, peer, trace);
            change.Run(segment, one.ProfileId, one.Entered ? one.At : null, one.Sequence);
        }
    }

    // A change of another id of the same person stays, because it is a link in that one's chain; it only forgets this one.
    private static void Erase(SqliteConnection connection, string id)
    {
        connection.Run(
            """
            WITH RECURSIVE chain (latest) AS (
                SELECT latest FROM segments CROSS JOIN memberships ON segment_id = id AND profile_id = $1
                UNION ALL SELECT previous FROM chain JOIN history ON sequence = latest WHERE previous IS NOT NULL)
            DELETE FROM history WHERE sequence IN (SELECT latest FROM chain)
            """,
            id);
        connection.Run("UPDATE history SET merge_peer_id = NULL WHERE merge_peer_id = $1", id);
        connection.Run("DELETE FROM memberships WHERE segment_id IN (SELECT id FROM segments) AND profile_id = $1", id);
    }
}
