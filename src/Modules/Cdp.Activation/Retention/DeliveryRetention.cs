using Cdp.Activation.Deliveries;
using Cdp.Retention;
using Microsoft.Extensions.Logging;

namespace Cdp.Activation.Retention;

/// <summary>Forgets deliveries that have ended, by <c>Cdp:Retention:Deliveries</c>.</summary>
internal sealed class DeliveryRetention(IDeliveryStore store, RetentionAges ages, TimeProvider time, ILogger<DeliveryRetention> logger)
    : RetentionService("deliveries", ages.Deliveries, time, logger)
{
    protected override Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken) => store.PruneAsync(before, limit, cancellationToken);
}
