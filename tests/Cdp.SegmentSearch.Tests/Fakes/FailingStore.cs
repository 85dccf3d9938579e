using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Store;

namespace Cdp.SegmentSearch.Tests.Fakes;

/// <summary>A store whose disk is full for as long as a test wants.</summary>
internal sealed class FailingStore(ISegmentStore inner) : ISegmentStore
{
    public bool IsFull { get; set; }

    public Task CommitAsync(SegmentCommit commit, CancellationToken cancellationToken) =>
        IsFull ? throw new IOException("The disk is full.") : inner.CommitAsync(commit, cancellationToken);

    public Task<SegmentPositions> PositionsAsync(CancellationToken cancellationToken) => inner.PositionsAsync(cancellationToken);

    public Task<IReadOnlyList<(SegmentDefinition Definition, long Size)>> SegmentsAsync(CancellationToken cancellationToken) => inner.SegmentsAsync(cancellationToken);

    public Task<IReadOnlyList<Member>> MembersAsync(string key, string afterProfileId, int limit, CancellationToken cancellationToken) =>
        inner.MembersAsync(key, afterProfileId, limit, cancellationToken);

    public Task<IReadOnlyList<Membership>> MembershipsAsync(string profileId, CancellationToken cancellationToken) => inner.MembershipsAsync(profileId, cancellationToken);

    public Task<IReadOnlyList<MembershipChange>> HistoryAsync(string key, string profileId, long before, int limit, CancellationToken cancellationToken) =>
        inner.HistoryAsync(key, profileId, before, limit, cancellationToken);

    public Task<(IReadOnlyList<MembershipChange> Changes, long Sequence)> ChangesAfterAsync(long sequence, int limit, CancellationToken cancellationToken) =>
        inner.ChangesAfterAsync(sequence, limit, cancellationToken);

    public Task<int> PruneHistoryAsync(long before, long until, int limit, CancellationToken cancellationToken) =>
        inner.PruneHistoryAsync(before, until, limit, cancellationToken);
}
