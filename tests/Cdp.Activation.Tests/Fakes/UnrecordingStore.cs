using Cdp.Activation.Deliveries;
using Cdp.Activation.Membership;
using Cdp.Contracts.Activation.V1;

namespace Cdp.Activation.Tests.Fakes;

/// <summary>A store that never gets to record an outcome, as if the process had been killed before.</summary>
internal sealed class UnrecordingStore(IDeliveryStore inner, TaskCompletionSource asked) : IDeliveryStore
{
    public Task RecordAsync(IReadOnlyCollection<DeliveryOutcome> outcomes, CancellationToken cancellationToken)
    {
        asked.TrySetResult();
        return Task.Delay(Timeout.Infinite, cancellationToken);
    }

    public Task<long> PositionAsync(CancellationToken cancellationToken) => inner.PositionAsync(cancellationToken);

    public Task<IReadOnlyCollection<string>> CommitAsync(MembershipCommit commit, CancellationToken cancellationToken) => inner.CommitAsync(commit, cancellationToken);

    public Task<IReadOnlyList<DueDelivery>> DueAsync(string destinationId, long now, int limit, CancellationToken cancellationToken) =>
        inner.DueAsync(destinationId, now, limit, cancellationToken);

    public Task<long?> NextDueAsync(string destinationId, long now, CancellationToken cancellationToken) => inner.NextDueAsync(destinationId, now, cancellationToken);

    public Task<bool> IsPendingAsync(string id, CancellationToken cancellationToken) => inner.IsPendingAsync(id, cancellationToken);

    public Task<bool> ReplayAsync(string id, long now, CancellationToken cancellationToken) => inner.ReplayAsync(id, now, cancellationToken);

    public Task<Delivery?> FindAsync(string id, CancellationToken cancellationToken) => inner.FindAsync(id, cancellationToken);

    public Task<(IReadOnlyList<Delivery> Deliveries, string NextCursor)> ListAsync(
        DeliveryFilter filter, int limit, string cursor, CancellationToken cancellationToken) => inner.ListAsync(filter, limit, cursor, cancellationToken);

    public Task<long> CountPendingAsync(CancellationToken cancellationToken) => inner.CountPendingAsync(cancellationToken);

    public Task<long> EraseAsync(IReadOnlyCollection<string> profileIds, CancellationToken cancellationToken) => inner.EraseAsync(profileIds, cancellationToken);

    public Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken) => inner.PruneAsync(before, limit, cancellationToken);
}
