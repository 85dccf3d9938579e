using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Consent;
using Cdp.Storage.Embedded.Sqlite;

namespace Cdp.Storage.Embedded.Governance;

/// <summary>Consent purposes in SQLite.</summary>
public sealed class EmbeddedPurposeStore(GovernanceDatabase database) : IPurposeStore
{
    /// <inheritdoc />
    public Task PutAsync(ConsentPurpose purpose, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) => connection.Run("INSERT OR REPLACE INTO purposes VALUES ($1, $2, $3)", purpose.Key, purpose.Name, purpose.Description),
        cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<ConsentPurpose>> ListAsync(CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult<IReadOnlyList<ConsentPurpose>>(reader.Query(
            row => new ConsentPurpose { Key = row.GetString(0), Name = row.GetString(1), Description = row.GetString(2) },
            "SELECT key, name, description FROM purposes ORDER BY key"));
    }

    /// <inheritdoc />
    public Task DeleteAsync(string key, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) => connection.Run("DELETE FROM purposes WHERE key = $1", key), cancellationToken);
}
