using System.Collections.Concurrent;

namespace Cdp.Activation.Dispatching;

/// <summary>Tells a destination's sender that there may be something to send.</summary>
public sealed class DeliverySignals
{
    private readonly ConcurrentDictionary<string, Signal> _signals = new(StringComparer.Ordinal);

    /// <summary>The signal of a destination.</summary>
    public Signal Of(string destinationId) => _signals.GetOrAdd(destinationId, _ => new Signal());

    /// <summary>Forgets a destination that was deleted.</summary>
    public void Remove(string destinationId) => _signals.TryRemove(destinationId, out _);
}
