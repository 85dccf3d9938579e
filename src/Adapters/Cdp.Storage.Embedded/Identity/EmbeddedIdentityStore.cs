using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Identity;

/// <summary>Persons in one SQLite file, <c>identity.db</c>.</summary>
public sealed class EmbeddedIdentityStore(string directory) : IIdentityStore, IAsyncDisposable
{
    private const string LoadPerson = """
        SELECT p.created_at, i.type, i.value, i.created_at, i.source_id, i.message_id
        FROM persons p LEFT JOIN identifiers i ON i.person_id = p.id WHERE p.id = $1 ORDER BY i.type, i.value
        """;

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
        EmbeddedRuleStore.Schema,
    ]);

    /// <summary>The file.</summary>
    internal SqliteDatabase Database => _database;

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredPerson>> FindAsync(IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        using var find = reader.Prepare("SELECT person_id FROM identifiers WHERE type = $1 AND value = $2", "", "");
        using var load = reader.Prepare(LoadPerson, "");
        var persons = new Dictionary<string, StoredPerson>(StringComparer.Ordinal);
        foreach (var key in identifiers)
        {
            find.Parameters[0].Value = key.Type;
            find.Parameters[1].Value = key.Value;
            if (find.ExecuteScalar() is string id && !persons.ContainsKey(id))
                persons.Add(id, Load(load, id)!);
        }
        return Task.FromResult<IReadOnlyList<StoredPerson>>([.. persons.Values]);
    }

    /// <inheritdoc />
    public Task<StoredPerson?> GetAsync(string id, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        using var load = reader.Prepare(LoadPerson, "");
        return Task.FromResult(Load(load, Canonical(reader, id)));
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
            using (var create = connection.Prepare("INSERT INTO persons VALUES ($1, $2)", "", 0))
            {
                foreach (var (id, createdAt) in changes.Created)
                    create.Run(id, createdAt);
            }
            using (var add = connection.Prepare("INSERT INTO identifiers VALUES ($1, $2, $3, $4, $5, $6)", "", "", "", 0, "", ""))
            {
                foreach (var (personId, identifier) in changes.Added)
                    add.Run(identifier.Key.Type, identifier.Key.Value, personId, identifier.CreatedAt, identifier.SourceId, identifier.MessageId);
            }
            foreach (var merge in changes.Merges)
                Store(connection, merge);
        },
        cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Merge>> MergesAfterAsync(long sequence, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult<IReadOnlyList<Merge>>(reader.Query(Map, "SELECT merge FROM merges WHERE sequence > $1 ORDER BY sequence", sequence));
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<Merge>> MergesOfAsync(string id, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult<IReadOnlyList<Merge>>(reader.Query(
            Map, "SELECT merge FROM merges WHERE absorbed_id IN (SELECT id FROM absorbed WHERE person_id = $1) ORDER BY sequence", id));
    }

    /// <inheritdoc />
    public Task<long> LastMergeAsync(CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult(reader.Number("SELECT value FROM counters WHERE name = 'merge'"));
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
                foreach (var gone in absorbed)
                    connection.Run("DELETE FROM merges WHERE absorbed_id = $1", gone);
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

    private static StoredPerson? Load(SqliteCommand load, string id)
    {
        load.Parameters[0].Value = id;
        using var row = load.ExecuteReader();
        if (!row.Read())
            return null;
        var identifiers = new List<StoredIdentifier>();
        var person = new StoredPerson(id, row.GetInt64(0), identifiers);
        do
        {
            if (!row.IsDBNull(1))
                identifiers.Add(new StoredIdentifier(new IdentifierKey(row.GetString(1), row.GetString(2)), row.GetInt64(3), row.GetString(4), row.GetString(5)));
        }
        while (row.Read());
        return person;
    }

    private static void Store(SqliteConnection connection, Merge merge)
    {
        connection.Run("INSERT INTO merges VALUES ($1, $2, $3, $4)", merge.Sequence, merge.SurvivorId, merge.AbsorbedId, merge.ToByteArray());
        connection.Run("INSERT OR REPLACE INTO counters VALUES ('merge', $1)", merge.Sequence);
        connection.Run("UPDATE identifiers SET person_id = $1 WHERE person_id = $2", merge.SurvivorId, merge.AbsorbedId);
        connection.Run("UPDATE absorbed SET person_id = $1 WHERE person_id = $2", merge.SurvivorId, merge.AbsorbedId);
        connection.Run("INSERT INTO absorbed VALUES ($1, $2)", merge.AbsorbedId, merge.SurvivorId);
        connection.Run("DELETE FROM persons WHERE id = $1", merge.AbsorbedId);
    }
}
