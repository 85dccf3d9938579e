namespace Cdp.Governance.ApiKeys;

/// <summary>An API key as it is stored.</summary>
/// <param name="Id">Id.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Scopes">Scopes.</param>
/// <param name="Hash">SHA-256 of the secret; unique.</param>
/// <param name="Hint">Last 4 characters of the secret.</param>
/// <param name="IsConfigured">Whether the secret comes from the configuration.</param>
/// <param name="CreatedAt">Creation, ms since 1970.</param>
/// <param name="RevokedAt">Revocation, ms since 1970; 0 while it is valid.</param>
public sealed record StoredApiKey(
    string Id, string Name, IReadOnlyList<string> Scopes, byte[] Hash, string Hint, bool IsConfigured, long CreatedAt, long RevokedAt)
{
    /// <summary>Whether the key opens anything.</summary>
    public bool IsValid => RevokedAt == 0;
}

/// <summary>Where API keys are kept. Every adapter passes the same suite.</summary>
public interface IApiKeyStore
{
    /// <summary>Creates or replaces keys, all or none; durable when it returns.</summary>
    Task PutAsync(IReadOnlyCollection<StoredApiKey> keys, CancellationToken cancellationToken);

    /// <summary>A key by id; null where there is none.</summary>
    Task<StoredApiKey?> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>A key by the hash of its secret, revoked ones included; null where there is none.</summary>
    Task<StoredApiKey?> FindAsync(byte[] hash, CancellationToken cancellationToken);

    /// <summary>All keys, oldest first.</summary>
    Task<IReadOnlyList<StoredApiKey>> ListAsync(CancellationToken cancellationToken);
}
