using Cdp.SegmentSearch.Conditions;
using Cdp.SegmentSearch.Index;

namespace Cdp.SegmentSearch.Evaluation;

/// <summary>Counts a profile's events along its chain, no further than the answer needs.</summary>
internal sealed class EventNode(ProfileIndex index, EventFilter filter, Func<EventTable, FilterNode?> bindWhere) : FilterNode
{
    private readonly bool _countsAll = filter.Where is null && filter.Window == EventWindow.Always && index.EventsKept is null;

    // How long after it happened an event counts.
    private readonly long? _length = filter.Window.Length is { } window && index.EventsKept is { } kept ? Math.Min(window, kept) : filter.Window.Length ?? index.EventsKept;

    // Where this many are reached, more do not change the answer.
    private readonly long _enough = filter.Count.Most == long.MaxValue ? filter.Count.Least : filter.Count.Most + 1;
    private EventTable? _table;
    private FilterNode? _where;

    public override bool Test(int row, ref Moment moment)
    {
        if (_table is null && index.FindEvents(filter.Name) is { } table)
            (_table, _where) = (table, bindWhere(table));
        if (_table is null || !_table.TryGetChain(row, out var chain))
            return IsInRange(0);
        return IsInRange(_countsAll ? chain.Count : Count(chain.Head, ref moment));
    }

    private long Count(int head, ref Moment moment)
    {
        long count = 0;
        var arrives = new Moment(moment.Now);
        var leaves = new Moment(moment.Now);
        for (var row = head; row >= 0 && count < _enough;)
        {
            var current = _table![row];
            if (Counts(row, current.Time, ref moment, ref arrives, ref leaves))
                count++;
            row = current.Previous;
        }
        // Fewer events never help where there are too few already, more never where there are too many.
        if (count >= filter.Count.Least)
            moment.ChangesAt(leaves.Next);
        if (count < _enough)
            moment.ChangesAt(arrives.Next);
        return count;
    }

    private bool Counts(int row, long time, ref Moment moment, ref Moment arrives, ref Moment leaves)
    {
        if (time <= moment.Now - _length || time < filter.Window.From || time >= filter.Window.To || (_where is not null && !_where.Test(row, ref moment)))
            return false;
        if (filter.Window.Length is not null && time > moment.Now)
        {
            arrives.ChangesAt(time);
            return false;
        }
        if (_length is { } length)
            leaves.ChangesAt(time + length);
        return true;
    }

    private bool IsInRange(long count) => count >= filter.Count.Least && count <= filter.Count.Most;
}
