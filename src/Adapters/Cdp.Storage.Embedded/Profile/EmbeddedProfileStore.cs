using System.Globalization;
using System.Runtime.CompilerServices;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Store;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Profile;

/// <summary>
/// Profiles in one SQLite file, <c>profile.db</c>: documents, timelines clustered by person, and positions, in one
/// transaction for each round. A document, an absorbed id and a deletion carry the sequence of their latest change, an
/// event the one under which it was first published: that is the feed. An event without content is forgotten by age.
/// </summary>
public sealed class EmbeddedProfileStore(string directory) : IProfileStore, IAsyncDisposable
{
    private readonly SqliteDatabase _database = new(directory, "profile.db",
    [
        """
        CREATE TABLE profiles (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, profile BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX profiles_by_sequence ON profiles (sequence);
        CREATE TABLE absorbed (id TEXT PRIMARY KEY, profile_id TEXT NOT NULL, sequence INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX absorbed_by_profile ON absorbed (profile_id);
        CREATE INDEX absorbed_by_sequence ON absorbed (sequence);
        CREATE TABLE deleted (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX deleted_by_sequence ON deleted (sequence);
        CREATE TABLE timeline (profile_id TEXT, at INTEGER, "partition" INTEGER, "offset" INTEGER, sequence INTEGER NOT NULL, event BLOB NOT NULL,
            PRIMARY KEY (profile_id, at, "partition", "offset")) WITHOUT ROWID;
        CREATE INDEX timeline_by_sequence ON timeline (sequence);
        CREATE TABLE dead_letters ("partition" INTEGER, "offset" INTEGER, failed_at INTEGER NOT NULL, letter BLOB NOT NULL, PRIMARY KEY ("partition", "offset")) WITHOUT ROWID;
        CREATE TABLE positions (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID
        """,
        """
        CREATE TABLE rebuilt (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX rebuilt_by_sequence ON rebuilt (sequence)
        """,
        "CREATE INDEX dead_letters_by_time ON dead_letters (failed_at)",
    ]);

    private long _profiles = -1;

    /// <summary>The file.</summary>
    internal SqliteDatabase Database => _database;

    /// <inheritdoc />
    public Task<ProfilePositions> PositionsAsync(CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        var all = reader.Query(row => (Name: row.GetString(0), Value: row.GetInt64(1)), "SELECT name, value FROM positions").ToDictionary(p => p.Name, p => p.Value);
        var events = all.Where(p => p.Key.StartsWith("event-", StringComparison.Ordinal))
            .ToDictionary(p => int.Parse(p.Key["event-".Length..], CultureInfo.InvariantCulture), p => p.Value);
        return Task.FromResult(new ProfilePositions(events, all.GetValueOrDefault("merge"), all.GetValueOrDefault("feed")));
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredProfile>> LoadAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        using var command = reader.Prepare("SELECT profile FROM profiles WHERE id = coalesce((SELECT profile_id FROM absorbed WHERE id = $1), $1)", "");
        var found = new List<StoredProfile>();
        foreach (var id in ids)
        {
            command.Parameters[0].Value = id;
            if (command.ExecuteScalar() is byte[] profile)
                found.Add(StoredProfile.Parser.ParseFrom(profile));
        }
        return Task.FromResult<IReadOnlyList<StoredProfile>>(found);
    }

    /// <inheritdoc />
    public async Task CommitAsync(ProfileCommit commit, CancellationToken cancellationToken)
    {
        await CountAsync(cancellationToken);
        _profiles += await _database.WriteAsync((connection, _) => Write(connection, commit), cancellationToken);
    }

    /// <inheritdoc />
    public Task<long> CountAsync(CancellationToken cancellationToken)
    {
        if (_profiles < 0)
        {
            using var reader = _database.OpenReader();
            _profiles = reader.Number("SELECT count(*) FROM profiles");
        }
        return Task.FromResult(_profiles);
    }

    /// <inheritdoc />
    public Task<(IReadOnlyList<TimelineEvent> Events, string NextCursor)> ListEventsAsync(
        string profileId, int limit, string cursor, CancellationToken cancellationToken)
    {
        var (at, partition, offset) = cursor.Length == 0 ? (long.MaxValue, int.MaxValue, long.MaxValue) : ParseCursor(cursor);
        using var reader = _database.OpenReader();
        var events = reader.Query(
            row => TimelineEvent.Parser.ParseFrom(row.Bytes(0)),
            """
            SELECT event FROM timeline WHERE profile_id = $1 AND (at, "partition", "offset") < ($2, $3, $4) AND length(event) > 0
            ORDER BY at DESC, "partition" DESC, "offset" DESC LIMIT $5
            """,
            profileId, at, partition, offset, limit);
        var next = events.Count == limit ? $"{events[^1].Timestamp}.{events[^1].Position.Partition}.{events[^1].Position.Offset}" : "";
        return Task.FromResult<(IReadOnlyList<TimelineEvent>, string)>((events, next));
    }

    /// <inheritdoc />
    public Task<(IReadOnlyList<ProfileChange> Changes, long Sequence)> ChangesAfterAsync(long sequence, int limit, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        using var snapshot = reader.BeginTransaction(deferred: true);
        return Task.FromResult(StoredChanges.After(reader, sequence, limit));
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<(IReadOnlyList<ProfileChange> Profiles, long? Sequence)> ScanAsync(
        int batch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        using var reader = _database.OpenReader();
        using var snapshot = reader.BeginTransaction(deferred: true);
        var sequence = reader.Number("SELECT value FROM positions WHERE name = 'feed'");
        using var profiles = reader.Prepare("SELECT id, sequence, profile FROM profiles ORDER BY id");
        using var timeline = reader.Prepare("SELECT profile_id, event FROM timeline NOT INDEXED WHERE length(event) > 0 ORDER BY profile_id");
        using var rows = profiles.ExecuteReader();
        using var events = timeline.ExecuteReader();
        var more = events.Read();
        var page = new List<ProfileChange>(batch);
        while (rows.Read())
        {
            var id = rows.GetString(0);
            var change = new ProfileChange { Sequence = rows.GetInt64(1), Profile = StoredProfile.Parser.ParseFrom(rows.Bytes(2)).Document };
            for (; more && string.CompareOrdinal(events.GetString(0), id) <= 0; more = events.Read())
            {
                if (events.GetString(0) == id)
                    change.Events.Add(TimelineEvent.Parser.ParseFrom(events.Bytes(1)));
            }
            page.Add(change);
            if (page.Count < batch)
                continue;
            yield return (page, null);
            page = new List<ProfileChange>(batch);
            cancellationToken.ThrowIfCancellationRequested();
        }
        yield return (page, sequence);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<FeedPosition> EventPositionsAsync(string profileId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        using var reader = _database.OpenReader();
        using var command = reader.Prepare(
            """SELECT "partition", "offset" FROM timeline WHERE profile_id = coalesce((SELECT profile_id FROM absorbed WHERE id = $1), $1)""", profileId);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new FeedPosition { Partition = rows.GetInt32(0), Offset = rows.GetInt64(1) };
        }
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> EraseAsync(string id, long sequence, CancellationToken cancellationToken)
    {
        var erased = await _database.WriteAsync(
            (connection, _) =>
            {
                var canonical = connection.Query(row => row.GetString(0), "SELECT profile_id FROM absorbed WHERE id = $1", id).FirstOrDefault() ?? id;
                if (connection.Run("DELETE FROM profiles WHERE id = $1", canonical) == 0)
                    return [];
                string[] ids = [canonical, .. connection.Query(row => row.GetString(0), "SELECT id FROM absorbed WHERE profile_id = $1", canonical)];
                connection.Run("DELETE FROM timeline WHERE profile_id = $1", canonical);
                connection.Run("DELETE FROM absorbed WHERE profile_id = $1", canonical);
                // A consumer may know the person under any of the ids.
                foreach (var gone in ids)
                {
                    connection.Run("INSERT OR REPLACE INTO deleted VALUES ($1, $2)", gone, sequence);
                    connection.Run("DELETE FROM rebuilt WHERE id = $1", gone);
                }
                connection.Run("INSERT OR REPLACE INTO positions VALUES ('feed', $1)", sequence);
                return ids;
            },
            cancellationToken);
        _profiles = -1;
        await _database.PurgeAsync(cancellationToken);
        return erased;
    }

    /// <inheritdoc />
    public Task<(IReadOnlyList<DeadLetter> DeadLetters, string NextCursor)> ListDeadLettersAsync(int limit, string cursor, CancellationToken cancellationToken)
    {
        var (at, partition, offset) = cursor.Length == 0 ? (long.MaxValue, int.MaxValue, long.MaxValue) : ParseCursor(cursor);
        using var reader = _database.OpenReader();
        var letters = reader.Query(
            row => DeadLetter.Parser.ParseFrom(row.Bytes(0)),
            """
            SELECT letter FROM dead_letters WHERE (failed_at, "partition", "offset") < ($1, $2, $3)
            ORDER BY failed_at DESC, "partition" DESC, "offset" DESC LIMIT $4
            """,
            at, partition, offset, limit);
        var next = letters.Count == limit ? $"{letters[^1].FailedAt}.{letters[^1].Position.Partition}.{letters[^1].Position.Offset}" : "";
        return Task.FromResult<(IReadOnlyList<DeadLetter>, string)>((letters, next));
    }

    /// <inheritdoc />
    public Task<DeadLetter?> FindDeadLetterAsync(FeedPosition position, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult(reader.Query(
            row => DeadLetter.Parser.ParseFrom(row.Bytes(0)),
            """SELECT letter FROM dead_letters WHERE "partition" = $1 AND "offset" = $2""", position.Partition, position.Offset).FirstOrDefault());
    }

    /// <inheritdoc />
    public Task<int> PruneDeadLettersAsync(long before, int limit, CancellationToken cancellationToken) =>
        _database.WriteAsync((connection, _) => ProfilePruning.DeleteDeadLetters(connection, before, limit), cancellationToken);

    /// <inheritdoc />
    public Task<int> PruneTimelineAsync(long before, int limit, CancellationToken cancellationToken) =>
        _database.WriteAsync((connection, _) => ProfilePruning.ForgetEvents(connection, before, limit), cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static (long At, int Partition, long Offset) ParseCursor(string cursor)
    {
        var parts = cursor.Split('.');
        return parts.Length == 3 && long.TryParse(parts[0], out var at) && int.TryParse(parts[1], out var partition) && long.TryParse(parts[2], out var offset)
            ? (at, partition, offset)
            : throw Failure.Invalid("cursor", "expected a cursor of an earlier page");
    }

    // Returns by how many the number of live profiles grew.
    private static long Write(SqliteConnection connection, ProfileCommit commit)
    {
        long grown = 0;
        foreach (var split in commit.Splits)
            grown -= SplitRows.Write(connection, split);
        using (var update = new PreparedStatement(connection, "UPDATE profiles SET profile = ?1, sequence = ?2 WHERE id = ?3"))
        using (var insert = new PreparedStatement(connection, "INSERT INTO profiles (profile, sequence, id) VALUES (?1, ?2, ?3)"))
        {
            foreach (var (profile, sequence) in commit.Profiles)
            {
                if (profile.Document.Version > 1 && update.Bind(profile).Bind(sequence).Bind(profile.Document.Id).Run() > 0)
                    continue;
                insert.Bind(profile).Bind(sequence).Bind(profile.Document.Id).Run();
                grown++;
            }
        }
        using (var insert = new PreparedStatement(connection, "INSERT INTO timeline VALUES (?1, ?2, ?3, ?4, ?5, ?6)"))
        {
            foreach (var (profileId, timeline, sequence) in commit.Events)
                insert.Bind(profileId).Bind(timeline.Timestamp).Bind(timeline.Position.Partition).Bind(timeline.Position.Offset).Bind(sequence).Bind(timeline).Run();
        }
        foreach (var (absorbedId, survivorId, sequence) in commit.Absorbed)
        {
            grown -= connection.Run("DELETE FROM profiles WHERE id = $1", absorbedId);
            connection.Run("UPDATE timeline SET profile_id = $1 WHERE profile_id = $2", survivorId, absorbedId);
            connection.Run("UPDATE absorbed SET profile_id = $1, sequence = $3 WHERE profile_id = $2", survivorId, absorbedId, sequence);
            connection.Run("INSERT OR REPLACE INTO absorbed VALUES ($1, $2, $3)", absorbedId, survivorId, sequence);
        }
        foreach (var letter in commit.DeadLetters)
            connection.Run("INSERT OR REPLACE INTO dead_letters VALUES ($1, $2, $3, $4)", letter.Position.Partition, letter.Position.Offset, letter.FailedAt, letter.ToByteArray());
        foreach (var position in commit.ReplayedDeadLetters)
            connection.Run("""DELETE FROM dead_letters WHERE "partition" = $1 AND "offset" = $2""", position.Partition, position.Offset);
        foreach (var (partition, next) in commit.Positions.Events)
            connection.Run("INSERT OR REPLACE INTO positions VALUES ($1, $2)", $"event-{partition}", next);
        connection.Run("INSERT OR REPLACE INTO positions VALUES ('merge', $1), ('feed', $2)", commit.Positions.Merge, commit.Positions.Feed);
        return grown;
    }
}
