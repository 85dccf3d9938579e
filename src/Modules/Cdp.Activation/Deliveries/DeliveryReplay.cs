using Cdp.Activation.Dispatching;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Failures;

namespace Cdp.Activation.Deliveries;

/// <summary>Sends an ended delivery again.</summary>
public sealed class DeliveryReplay(IDeliveryStore store, DeliverySignals signals, TimeProvider time)
{
    /// <summary>Makes a delivered, blocked or dead delivery pending again, under the same id.</summary>
    public async Task<Delivery> ReplayAsync(string id, CancellationToken cancellationToken)
    {
        var replayed = await store.ReplayAsync(id, time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken);
        var delivery = await store.FindAsync(id, cancellationToken) ?? throw Failure.NotFound("delivery", id);
        if (!replayed)
            throw Failure.Precondition(Refusal(delivery));
        signals.Of(delivery.DestinationId).Send();
        return delivery;
    }

    private static string Refusal(Delivery delivery) => delivery.State switch
    {
        DeliveryState.Pending => $"Delivery {delivery.Id} is pending; only one that has ended can be replayed.",
        DeliveryState.Cancelled => $"Delivery {delivery.Id} is cancelled: {delivery.Reason}",
        _ => $"Delivery {delivery.Id} cannot be replayed: its destination was deleted.",
    };
}
