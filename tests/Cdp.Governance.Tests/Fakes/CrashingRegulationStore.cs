using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Regulations;

namespace Cdp.Governance.Tests.Fakes;

/// <summary>A store whose process dies at one of its writes, just before or just after it is durable.</summary>
internal sealed class CrashingRegulationStore(IRegulationStore inner) : IRegulationStore
{
    private int _writes;

    public int CrashBefore { get; init; }

    public int CrashAfter { get; init; }

    public async Task PutAsync(StoredRegulation regulation, CancellationToken cancellationToken)
    {
        if (++_writes == CrashBefore)
            throw new InvalidOperationException("crash");
        await inner.PutAsync(regulation, cancellationToken);
        if (_writes == CrashAfter)
            throw new InvalidOperationException("crash");
    }

    public Task<StoredRegulation?> GetAsync(string id, CancellationToken cancellationToken) => inner.GetAsync(id, cancellationToken);

    public Task<IReadOnlyList<StoredRegulation>> ListAsync(string before, int limit, CancellationToken cancellationToken) =>
        inner.ListAsync(before, limit, cancellationToken);

    public Task<IReadOnlyList<StoredRegulation>> ListUnfinishedAsync(string after, int limit, CancellationToken cancellationToken) =>
        inner.ListUnfinishedAsync(after, limit, cancellationToken);

    public Task PurgeAsync(CancellationToken cancellationToken) => inner.PurgeAsync(cancellationToken);
}
