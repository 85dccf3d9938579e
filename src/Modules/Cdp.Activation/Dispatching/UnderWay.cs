using Cdp.Activation.Deliveries;

namespace Cdp.Activation.Dispatching;

/// <summary>
/// Deliveries to one destination that are being sent: one for each person. By person and by id, because a merge gives a
/// delivery another person while it is under way.
/// </summary>
internal sealed class UnderWay
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _persons = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deliveries = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (_gate)
                return _deliveries.Count;
        }
    }

    /// <summary>False where the delivery, or another about the same person, is under way.</summary>
    public bool TryBegin(DueDelivery delivery)
    {
        lock (_gate)
        {
            if (_deliveries.Contains(delivery.Id) || !_persons.Add(delivery.PersonId))
                return false;
            return _deliveries.Add(delivery.Id);
        }
    }

    public void End(DueDelivery delivery)
    {
        lock (_gate)
        {
            _persons.Remove(delivery.PersonId);
            _deliveries.Remove(delivery.Id);
        }
    }
}
