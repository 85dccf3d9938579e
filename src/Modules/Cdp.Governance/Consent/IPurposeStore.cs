using Cdp.Contracts.Governance.V1;

namespace Cdp.Governance.Consent;

/// <summary>Where consent purposes are kept. Every adapter passes the same suite.</summary>
public interface IPurposeStore
{
    /// <summary>Creates or replaces a purpose; durable when it returns.</summary>
    Task PutAsync(ConsentPurpose purpose, CancellationToken cancellationToken);

    /// <summary>All purposes, by key in ordinal order.</summary>
    Task<IReadOnlyList<ConsentPurpose>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Deletes a purpose, if it is there.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);
}
