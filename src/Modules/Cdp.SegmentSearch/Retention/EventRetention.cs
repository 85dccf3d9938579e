using Cdp.Retention;
using Cdp.SegmentSearch.Writing;
using Microsoft.Extensions.Logging;

namespace Cdp.SegmentSearch.Retention;

/// <summary>Gives back the memory of events that are older than <c>Cdp:Retention:Timeline</c>: no condition counts them any more.</summary>
internal sealed class EventRetention(MembershipWriter writer, RetentionAges ages, TimeProvider time, ILogger<EventRetention> logger)
    : RetentionService("indexed_events", ages.Timeline, time, logger)
{
    // An event table is copied as a whole: there is no part of it to do at a time.
    protected override Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken) => writer.ForgetEventsAsync(before, cancellationToken);
}
