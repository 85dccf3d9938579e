using System.Diagnostics.Metrics;

namespace Cdp.Identity.Resolving;

/// <summary>What the stage tells about itself.</summary>
internal static class IdentityMetrics
{
    private static readonly Meter Meter = new("Cdp.Identity");

    public static readonly Counter<long> Resolved = Meter.CreateCounter<long>("cdp.identity.events.resolved", "{event}");
    public static readonly Counter<long> Created = Meter.CreateCounter<long>("cdp.identity.persons.created", "{person}");
    public static readonly Counter<long> Merged = Meter.CreateCounter<long>("cdp.identity.persons.merged", "{person}");
    public static readonly Counter<long> LimitDrops = Meter.CreateCounter<long>("cdp.identity.identifiers.over_limit", "{identifier}");
}
