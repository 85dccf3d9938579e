using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;

namespace Cdp.Storage.Embedded.Identity;

/// <summary>Versions of the rules in SQLite, beside the persons.</summary>
public sealed class EmbeddedRuleStore(EmbeddedIdentityStore store) : IRuleStore
{
    internal const string Schema = "CREATE TABLE rules (version INTEGER PRIMARY KEY, created_at INTEGER NOT NULL, rules BLOB NOT NULL)";

    private readonly SqliteDatabase _database = store.Database;

    /// <inheritdoc />
    public Task<IdentityRules?> LatestAsync(CancellationToken cancellationToken) => ReadAsync("SELECT rules FROM rules ORDER BY version DESC LIMIT 1");

    /// <inheritdoc />
    public Task<IdentityRules?> FindAsync(long version, CancellationToken cancellationToken) => ReadAsync("SELECT rules FROM rules WHERE version = $1", version);

    /// <inheritdoc />
    public Task<IReadOnlyList<RulesVersion>> ListAsync(long before, int limit, CancellationToken cancellationToken)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult<IReadOnlyList<RulesVersion>>(reader.Query(
            row => new RulesVersion { Version = row.GetInt64(0), CreatedAt = row.GetInt64(1) },
            "SELECT version, created_at FROM rules WHERE version < $1 ORDER BY version DESC LIMIT $2",
            before,
            limit));
    }

    /// <inheritdoc />
    public Task PutAsync(IReadOnlyList<IdentityRules> versions, CancellationToken cancellationToken) => _database.WriteAsync(
        (connection, _) =>
        {
            foreach (var rules in versions)
                connection.Run("INSERT OR REPLACE INTO rules VALUES ($1, $2, $3)", rules.Version, rules.CreatedAt, rules.ToByteArray());
        },
        cancellationToken);

    private Task<IdentityRules?> ReadAsync(string sql, params object[] values)
    {
        using var reader = _database.OpenReader();
        return Task.FromResult(reader.Query(row => IdentityRules.Parser.ParseFrom(row.Bytes(0)), sql, values).FirstOrDefault());
    }
}
