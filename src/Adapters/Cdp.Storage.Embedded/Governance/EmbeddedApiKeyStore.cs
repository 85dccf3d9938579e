using Cdp.Governance.ApiKeys;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Governance;

/// <summary>API keys in SQLite.</summary>
public sealed class EmbeddedApiKeyStore(GovernanceDatabase database) : IApiKeyStore
{
    private const string Select = "SELECT id, name, scopes, hash, hint, configured, created_at, revoked_at FROM api_keys";

    /// <inheritdoc />
    public Task PutAsync(IReadOnlyCollection<StoredApiKey> keys, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) =>
        {
            foreach (var key in keys)
            {
                connection.Run(
                    """
                    INSERT INTO api_keys VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                    ON CONFLICT (id) DO UPDATE SET name = $2, scopes = $3, hash = $4, hint = $5, configured = $6, created_at = $7, revoked_at = $8
                    """,
                    key.Id, key.Name, string.Join(' ', key.Scopes), key.Hash, key.Hint, key.IsConfigured, key.CreatedAt, key.RevokedAt);
            }
        },
        cancellationToken);

    /// <inheritdoc />
    public Task<StoredApiKey?> GetAsync(string id, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult(reader.Query(Map, $"{Select} WHERE id = $1", id).FirstOrDefault());
    }

    /// <inheritdoc />
    public Task<StoredApiKey?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult(reader.Query(Map, $"{Select} WHERE hash = $1", hash).FirstOrDefault());
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredApiKey>> ListAsync(CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult<IReadOnlyList<StoredApiKey>>(reader.Query(Map, $"{Select} ORDER BY id"));
    }

    private static StoredApiKey Map(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2).Split(' '), row.Bytes(3), row.GetString(4), row.GetBoolean(5), row.GetInt64(6), row.GetInt64(7));
}
