using System.Diagnostics.Metrics;
using Cdp.Contracts.Telemetry;

namespace Cdp.SegmentSearch.Writing;

/// <summary>What the stage tells about itself.</summary>
internal static class SegmentMetrics
{
    /// <summary>Name of the stage's meter and spans.</summary>
    public const string Name = "Cdp.SegmentSearch";

    private static readonly Meter Meter = new(Name);

    public static readonly FeedTelemetry ProfileChanges = new(Name, "process", "profile_changes");
    public static readonly Counter<long> Evaluated = Meter.CreateCounter<long>("cdp.segment_search.conditions.evaluated", "{evaluation}");
    public static readonly Counter<long> Changed = Meter.CreateCounter<long>("cdp.segment_search.memberships.changed", "{change}");
    public static readonly Counter<long> Searched = Meter.CreateCounter<long>("cdp.segment_search.searches", "{search}");
}
