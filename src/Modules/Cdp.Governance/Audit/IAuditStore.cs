using Cdp.Contracts.Governance.V1;

namespace Cdp.Governance.Audit;

/// <summary>The audit trail: only ever added to. Every adapter passes the same suite.</summary>
public interface IAuditStore
{
    /// <summary>Adds an entry under the next sequence, from 1 on without gaps; durable when it returns.</summary>
    /// <returns>The sequence given; the entry's own is not read.</returns>
    Task<long> AppendAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>At most <paramref name="limit"/> entries before a sequence, newest first.</summary>
    Task<IReadOnlyList<AuditEntry>> ListAsync(long before, int limit, CancellationToken cancellationToken);
}
