using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Identity;

/// <summary>Persons in one SQLite file, <c>identity.db</c>.</summary>
public sealed class EmbeddedIdentityStore(string directory) : IIdentityStore, IAsyncDisposable
{
    private const string Family = "SELECT $1 UNION ALL SELECT id FROM absorbed WHERE person_id = $1";

    private readonly SqliteDatabase _database = new(directory, "identity.db",
    [
        """
        CREATE TABLE persons (id TEXT PRIMARY KEY, created_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE identifiers (type TEXT, value TEXT, person_id TEXT NOT NULL, created_at INTEGER NOT NULL, source_id TEXT NOT NULL, message_id TEXT NOT NULL,
            PRIMARY KEY (type, value)) WITHOUT ROWID;
        CREATE INDEX identifiers_by_person ON identifiers (person_id);
        CREATE TABLE absorbed (id TEXT PRIMARY KEY, person_id TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX absorbed_by_person ON absorbed (person_id);
        CREATE TABLE merges (sequence INTEGER PRIMARY KEY, survivor_id TEXT NOT NULL, absorbed_id TEXT NOT NULL, merge BLOB NOT NULL);
        CREATE INDEX merges_by_absorbed ON merges (absorbed_id);
        CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID
        """,
        """
        CREATE TABLE founders (id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE ties (person_id TEXT, sequence INTEGER, hash INTEGER, tie BLOB NOT NULL, PRIMARY KEY (person_id, sequence, hash)) WITHOUT ROWID;
        CREATE TABLE separations (a_type TEXT, a_value TEXT, b_type TEXT, b_value TEXT, of_alias INTEGER NOT NULL, split INTEGER NOT NULL,
            PRIMARY KEY (a_type, a_value, b_type, b_value)) WITHOUT ROWID;
        CREATE TABLE splits (sequence INTEGER PRIMARY KEY, split BLOB NOT NULL);
        CREATE TABLE split_persons (person_id TEXT, sequence INTEGER, PRIMARY KEY (person_id, sequence)) WITHOUT ROWID;
        CREATE INDEX merges_by_survivor ON merges (survivor_id)
        """,
        EmbeddedRuleStore.Schema,
        LinkRows.Schema,
    ]);

    /// <summary>The file.</summary>
    internal SqliteDatabase Database => _database;

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredPerson>> FindAsync(IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        using var find = reader.Prepare("SELECT person_id FROM identifiers WHERE type = $1 AND value = $2", "", "");
        using var persons = new PersonReader(reader);
        var found = new Dictionary<string, StoredPerson>(StringComparer.Ordinal);
        foreach (var key in identifiers)
        {
            find.Parameters[0].Value = key.Type;
            find.Parameters[1].Value = key.Value;
            if (find.ExecuteScalar() is string id && !found.ContainsKey(id))
                found.Add(id, persons.Load(id)!);
        }
        return Task.FromResult<IReadOnlyList<StoredPerson>>([.. found.Values]);
    }

    /// <inheritdoc />
    public Task<StoredPerson?> GetAsync(string id, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        using var persons = new PersonReader(reader);
        return Task.FromResult(persons.Load(Canonical(reader, id)));
    }

    /// <inheritdoc />
    public Task<PersonHistory?> HistoryAsync(string id, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        using var snapshot = reader.BeginTransaction(deferred: true);
        using var persons = new PersonReader(reader);
        var canonical = Canonical(reader, id);
        return Task.FromResult(persons.Load(canonical) is not { } person ? null : new PersonHistory(
            person,
            reader.Query(
                row => new Founder(row.GetString(0), row.GetInt64(1), new IdentifierKey(row.GetString(2), row.GetString(3))),
                $"SELECT id, created_at, type, value FROM founders WHERE id IN ({Family}) ORDER BY id", canonical),
            reader.Query(row => Tie.Parser.ParseFrom(row.Bytes(0)), $"SELECT tie FROM ties WHERE person_id IN ({Family}) ORDER BY sequence", canonical),
            MergesOf(reader, canonical)));
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> AbsorbedAsync(string id, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult<IReadOnlyList<string>>(reader.Query(row => row.GetString(0), "SELECT id FROM absorbed WHERE person_id = $1 ORDER BY id", id));
    }

    /// <inheritdoc />
    public Task CommitAsync(IdentityChanges changes, CancellationToken cancellationToken) => _database.WriteAsync(
        (connection, _) =>
        {
            foreach (var founder in changes.Created)
                Create(connection, founder);
            using (var add = connection.Prepare("INSERT INTO identifiers VALUES ($1, $2, $3, $4, $5, $6)", "", "", "", 0, "", ""))
            {
                foreach (var (personId, identifier) in changes.Added)
                    add.Run(identifier.Key.Type, identifier.Key.Value, personId, identifier.CreatedAt, identifier.SourceId, identifier.MessageId);
            }
            AddTies(connection, changes.Ties);
            MergeWriter.Write(connection, changes.Merges);
            foreach (var link in changes.Links)
                LinkRows.Add(connection, link);
        },
        cancellationToken);

    /// <inheritdoc />
    public Task SplitAsync(SplitCommit commit, CancellationToken cancellationToken) =>
        _database.WriteAsync((connection, _) => SplitWriter.Write(connection, commit), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Separation>> SeparationsAsync(CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult<IReadOnlyList<Separation>>(reader.Query(
            row => new Separation(new(row.GetString(0), row.GetString(1)), new(row.GetString(2), row.GetString(3)), row.GetBoolean(4), row.GetInt64(5)),
            "SELECT a_type, a_value, b_type, b_value, of_alias, split FROM separations"));
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<Merge>> MergesAfterAsync(long sequence, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult<IReadOnlyList<Merge>>(reader.Query(Map, "SELECT merge FROM merges WHERE sequence > $1 ORDER BY sequence", sequence));
    }

    /// <inheritdoc />
    public Task<Merge?> FindMergeAsync(long sequence, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult(reader.Query(Map, "SELECT merge FROM merges WHERE sequence = $1", sequence).FirstOrDefault());
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<Merge>> MergesOfAsync(string id, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult(MergesOf(reader, id));
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<Link>> LinksOfAsync(IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult(LinkRows.Of(reader, identifiers));
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<Split>> SplitsAfterAsync(long sequence, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult<IReadOnlyList<Split>>(reader.Query(
            row => Split.Parser.ParseFrom(row.Bytes(0)), "SELECT split FROM splits WHERE sequence > $1 ORDER BY sequence", sequence));
    }

    /// <inheritdoc />
    public Task<Split?> FindSplitAsync(long sequence, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult(reader.Query(row => Split.Parser.ParseFrom(row.Bytes(0)), "SELECT split FROM splits WHERE sequence = $1", sequence).FirstOrDefault());
    }

    /// <inheritdoc />
    public Task<IdentitySequences> SequencesAsync(CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult(new IdentitySequences(
            reader.Number("SELECT value FROM counters WHERE name = 'merge'"), reader.Number("SELECT value FROM counters WHERE name = 'tie'")));
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> EraseAsync(string id, CancellationToken cancellationToken)
    {
        var ids = await _database.WriteAsync(
            (connection, _) =>
            {
                var canonical = Canonical(connection, id);
                var absorbed = connection.Query(row => row.GetString(0), "SELECT id FROM absorbed WHERE person_id = $1 ORDER BY id", canonical);
                if (connection.Run("DELETE FROM persons WHERE id = $1", canonical) == 0 && absorbed.Count == 0)
                    return [];
                SplitWriter.Forget(connection, canonical, absorbed);
                LinkRows.Forget(connection, canonical);
                foreach (var id in (string[])[canonical, .. absorbed])
                {
                    connection.Run("DELETE FROM merges WHERE absorbed_id = $1 OR survivor_id = $1", id);
                    connection.Run("DELETE FROM founders WHERE id = $1", id);
                    connection.Run("DELETE FROM ties WHERE person_id = $1", id);
                }
                connection.Run("DELETE FROM identifiers WHERE person_id = $1", canonical);
                connection.Run("DELETE FROM absorbed WHERE person_id = $1", canonical);
                return (string[])[canonical, .. absorbed];
            },
            cancellationToken);
        await _database.PurgeAsync(cancellationToken);
        return ids;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static Merge Map(SqliteDataReader row) => Merge.Parser.ParseFrom(row.Bytes(0));

    private static string Canonical(SqliteConnection connection, string id) =>
        connection.Query(row => row.GetString(0), "SELECT person_id FROM absorbed WHERE id = $1", id).FirstOrDefault() ?? id;

    private static IReadOnlyList<Merge> MergesOf(SqliteConnection reader, string id) => [.. reader.Query(
        Map, "SELECT merge FROM merges WHERE absorbed_id IN (SELECT id FROM absorbed WHERE person_id = $1) ORDER BY sequence", id).Where(m => m.UndoneBy == 0)];

    internal static void Create(SqliteConnection connection, Founder founder)
    {
        connection.Run("INSERT INTO persons VALUES ($1, $2)", founder.Id, founder.CreatedAt);
        connection.Run("INSERT INTO founders VALUES ($1, $2, $3, $4)", founder.Id, founder.CreatedAt, founder.First.Type, founder.First.Value);
    }

    internal static void AddTies(SqliteConnection connection, IReadOnlyList<(string PersonId, Tie Tie)> ties)
    {
        using var add = connection.Prepare("INSERT INTO ties VALUES ($1, $2, $3, $4)", "", 0L, 0L, Array.Empty<byte>());
        foreach (var (personId, tie) in ties)
            add.Run(personId, tie.Sequence, (long)TieHash.Of(TieKeys.Of(tie)), tie.ToByteArray());
        if (ties.Count > 0)
            connection.Run("INSERT INTO counters VALUES ('tie', $1) ON CONFLICT DO UPDATE SET value = max(value, $1)", ties.Max(t => t.Tie.Sequence));
    }
}
