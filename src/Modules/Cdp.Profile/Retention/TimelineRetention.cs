using Cdp.Profile.Store;
using Cdp.Retention;
using Microsoft.Extensions.Logging;

namespace Cdp.Profile.Retention;

/// <summary>
/// Forgets events on timelines, by <c>Cdp:Retention:Timeline</c> and a margin: segments stop counting an event at that age, by
/// the clock of their own stage, and must not miss it before.
/// </summary>
internal sealed class TimelineRetention(IProfileStore store, RetentionAges ages, TimeProvider time, ILogger<TimelineRetention> logger)
    : RetentionService("timeline", ages.Timeline + Margin, time, logger)
{
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    protected override Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken) =>
        store.PruneTimelineAsync(before, limit, cancellationToken);
}
