using Cdp.Identity.DryRuns;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Identity;

/// <summary>A dry run's persons and pairs in one SQLite file, in a directory of their own that goes with them.</summary>
internal sealed class EmbeddedDryRunStore : IDryRunStore
{
    private readonly string _directory;
    private readonly EmbeddedIdentityStore _persons;

    private EmbeddedDryRunStore(string directory)
    {
        _directory = directory;
        _persons = new EmbeddedIdentityStore(directory);
    }

    /// <inheritdoc />
    public IIdentityStore Persons => _persons;

    /// <summary>An empty store in a new directory.</summary>
    public static async Task<EmbeddedDryRunStore> CreateAsync(string directory, CancellationToken cancellationToken)
    {
        var store = new EmbeddedDryRunStore(directory);
        try
        {
            await store._persons.Database.WriteAsync(
                (connection, _) => connection.Run("""
                    CREATE TABLE pairs (today TEXT, after TEXT, type TEXT NOT NULL, value TEXT NOT NULL, events INTEGER NOT NULL, PRIMARY KEY (today, after)) WITHOUT ROWID
                    """),
                cancellationToken);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public Task AddAsync(IReadOnlyCollection<PersonPair> pairs, CancellationToken cancellationToken) => _persons.Database.WriteAsync(
        (connection, _) =>
        {
            using var add = connection.Prepare(
                "INSERT INTO pairs VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO UPDATE SET events = events + excluded.events", "", "", "", "", 0L);
            foreach (var pair in pairs)
                add.Run(pair.Today, pair.After, pair.Identifier.Type ?? "", pair.Identifier.Value ?? "", pair.Events);
        },
        cancellationToken);

    /// <inheritdoc />
    public async Task<PersonComparison> CompareAsync(int mostGroups, int mostPairs, CancellationToken cancellationToken)
    {
        await _persons.Database.WriteAsync((connection, _) => Settle(connection), cancellationToken);
        using var reader = _persons.Database.OpenReader();
        return new PersonComparison(
            reader.Number("SELECT count(DISTINCT today) FROM settled WHERE today <> ''"),
            reader.Number("SELECT count(DISTINCT after) FROM settled WHERE after <> ''"),
            reader.Number("""
                SELECT count(DISTINCT today) FROM settled WHERE today <> ''
                AND after IN (SELECT after FROM settled WHERE today <> '' AND after <> '' GROUP BY after HAVING count(*) > 1)
                """),
            reader.Number("SELECT count(*) FROM (SELECT today FROM settled WHERE today <> '' AND after <> '' GROUP BY today HAVING count(*) > 1)"),
            reader.Number("SELECT coalesce(sum(events), 0) FROM settled WHERE after = ''"),
            reader.Number("SELECT coalesce(sum(events), 0) FROM settled WHERE today = ''"),
            Groups(reader, "after", mostGroups, mostPairs),
            Groups(reader, "today", mostGroups, mostPairs));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _persons.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    // Persons after may have been merged since the events were counted. Of the rows that become one, the type and value come from
    // the one with the largest count: https://www.sqlite.org/lang_select.html#bare_columns_in_an_aggregate_query
    private static void Settle(SqliteConnection connection) => connection.Run("""
        DROP TABLE IF EXISTS settled;
        CREATE TABLE settled AS
            SELECT today, coalesce(a.person_id, after) AS after, type, value, sum(events) AS events, max(events) AS most
            FROM pairs LEFT JOIN absorbed a ON a.id = after GROUP BY 1, 2;
        CREATE INDEX settled_by_today ON settled (today);
        CREATE INDEX settled_by_after ON settled (after)
        """);

    private static List<PairGroup> Groups(SqliteConnection reader, string side, int mostGroups, int mostPairs)
    {
        var largest = reader.Query(
            row => (Id: row.GetString(0), Total: row.GetInt64(1)),
            $"SELECT {side}, count(*) AS n FROM settled WHERE today <> '' AND after <> '' GROUP BY 1 HAVING n > 1 ORDER BY n DESC, 1 LIMIT $1", mostGroups);
        return [.. largest.Select(group => new PairGroup(group.Total, reader.Query(
            row => new PersonPair(row.GetString(0), row.GetString(1), new IdentifierKey(row.GetString(2), row.GetString(3)), row.GetInt64(4)),
            $"SELECT today, after, type, value, events FROM settled WHERE {side} = $1 AND today <> '' AND after <> '' ORDER BY events DESC, 1, 2 LIMIT $2",
            group.Id, mostPairs)))];
    }
}
