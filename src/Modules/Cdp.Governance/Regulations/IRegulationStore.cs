using Cdp.Contracts.Governance.V1;

namespace Cdp.Governance.Regulations;

/// <summary>Where regulations are kept. Every adapter passes the same suite.</summary>
public interface IRegulationStore
{
    /// <summary>Creates or replaces a regulation; durable when it returns.</summary>
    Task PutAsync(StoredRegulation regulation, CancellationToken cancellationToken);

    /// <summary>A regulation by id; null where there is none.</summary>
    Task<StoredRegulation?> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>At most <paramref name="limit"/> regulations before an id (empty: from the newest), newest first.</summary>
    Task<IReadOnlyList<StoredRegulation>> ListAsync(string before, int limit, CancellationToken cancellationToken);

    /// <summary>At most <paramref name="limit"/> unfinished regulations after an id (empty: from the oldest), oldest first.</summary>
    Task<IReadOnlyList<StoredRegulation>> ListUnfinishedAsync(string after, int limit, CancellationToken cancellationToken);

    /// <summary>When it returns, no byte of content that was replaced is left on disk.</summary>
    Task PurgeAsync(CancellationToken cancellationToken);
}
