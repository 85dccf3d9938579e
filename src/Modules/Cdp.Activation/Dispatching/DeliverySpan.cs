using System.Diagnostics;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Contracts.Activation.V1;

namespace Cdp.Activation.Dispatching;

/// <summary>The span of one attempt, in the trace of the event that the delivery came from.</summary>
internal static class DeliverySpan
{
    private static readonly ActivitySource Source = new(ActivationMetrics.Name);

    /// <summary>Starts it; null where the delivery is not traced, or nobody listens.</summary>
    public static Activity? Start(DueDelivery delivery, StoredDestination destination)
    {
        if (delivery.Traceparent.Length == 0 || !ActivityContext.TryParse(delivery.Traceparent, null, isRemote: true, out var parent))
            return null;
        var kind = destination.Definition.Type;
        return Source.StartActivity($"send {kind}", ActivityKind.Producer, parent)?
            .SetTag("messaging.system", "cdp").SetTag("messaging.operation.name", "send").SetTag("messaging.destination.name", kind)
            .SetTag("messaging.message.id", delivery.Id).SetTag("cdp.destination.id", delivery.DestinationId);
    }

    /// <summary>Ends it with what came of the attempt.</summary>
    public static void End(Activity? span, DeliveryOutcome outcome)
    {
        span?.SetTag("cdp.delivery.state", outcome.State.ToString().ToLowerInvariant());
        if (outcome.State is DeliveryState.Pending or DeliveryState.Dead)
            span?.SetStatus(ActivityStatusCode.Error);
    }
}
