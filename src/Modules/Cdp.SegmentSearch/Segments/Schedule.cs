namespace Cdp.SegmentSearch.Segments;

/// <summary>
/// When to ask a segment's condition again of which profile although nothing but time passes. Asking too early does no
/// harm, so a later moment never replaces an earlier one: one entry a profile is enough.
/// </summary>
internal sealed class Schedule
{
    private readonly PriorityQueue<int, long> _queue = new();
    private readonly Dictionary<int, long> _due = [];

    /// <summary>Profiles that wait.</summary>
    public int Count => _due.Count;

    public void Plan(int profile, long moment)
    {
        if (_due.TryGetValue(profile, out var due) && due <= moment)
            return;
        _due[profile] = moment;
        _queue.Enqueue(profile, moment);
    }

    /// <summary>Takes a profile whose moment has come; false where there is none.</summary>
    public bool TryTake(long now, out int profile)
    {
        while (_queue.TryPeek(out profile, out var moment) && moment <= now)
        {
            _queue.Dequeue();
            if (_due.TryGetValue(profile, out var due) && due == moment)
            {
                _due.Remove(profile);
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether a moment has come.</summary>
    public bool IsDue(long now) => _queue.TryPeek(out _, out var moment) && moment <= now;
}
