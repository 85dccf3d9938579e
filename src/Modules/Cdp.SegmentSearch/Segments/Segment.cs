using Cdp.SegmentSearch.Conditions;
using Cdp.SegmentSearch.Index;
using Cdp.SegmentSearch.Store;

namespace Cdp.SegmentSearch.Segments;

/// <summary>A segment: its definition, and who is in it. A new definition keeps the members until it is evaluated.</summary>
internal sealed class Segment(SegmentDefinition definition, Filter filter, OrdinalSet members, Schedule schedule)
{
    private long _size;

    public SegmentDefinition Definition { get; } = definition;

    public string Key => Definition.Key;

    public Filter Filter { get; } = filter;

    public OrdinalSet Members { get; } = members;

    public Schedule Schedule { get; } = schedule;

    /// <summary>Members as stored.</summary>
    public long Size
    {
        get => Volatile.Read(ref _size);
        set => Volatile.Write(ref _size, value);
    }
}
