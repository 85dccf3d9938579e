using Cdp.Contracts.Activation.V1;
using Cdp.Retention;
using Cdp.SegmentSearch.Store;
using Microsoft.Extensions.Logging;

namespace Cdp.SegmentSearch.Retention;

/// <summary>
/// Forgets entries and exits, by <c>Cdp:Retention:SegmentHistory</c>. The history is the feed that activation reads: while it
/// is away or behind, what it has not read yet stays, however old.
/// </summary>
internal sealed class SegmentHistoryRetention(
    ISegmentStore store, ActivationService.ActivationServiceClient activation, RetentionAges ages, TimeProvider time, ILogger<SegmentHistoryRetention> logger)
    : RetentionService("segment_history", ages.SegmentHistory, time, logger)
{
    protected override async Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken)
    {
        var read = await activation.GetStatusAsync(new GetStatusRequest(), cancellationToken: cancellationToken);
        return await store.PruneHistoryAsync(before, read.MembershipSequence, limit, cancellationToken);
    }
}
