using System.Diagnostics.Metrics;

namespace Cdp.SegmentSearch.Writing;

/// <summary>What the stage tells about itself.</summary>
internal static class SegmentMetrics
{
    private static readonly Meter Meter = new("Cdp.SegmentSearch");

    public static readonly Counter<long> Applied = Meter.CreateCounter<long>("cdp.segment_search.profiles.applied", "{change}");
    public static readonly Counter<long> Evaluated = Meter.CreateCounter<long>("cdp.segment_search.conditions.evaluated", "{evaluation}");
    public static readonly Counter<long> Changed = Meter.CreateCounter<long>("cdp.segment_search.memberships.changed", "{change}");
    public static readonly Counter<long> Searched = Meter.CreateCounter<long>("cdp.segment_search.searches", "{search}");
}
