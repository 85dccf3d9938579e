using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cdp.Contracts.Telemetry;

namespace Cdp.Identity.Resolving;

/// <summary>What the stage tells about itself.</summary>
internal static class IdentityMetrics
{
    private static readonly Meter Meter = new("Cdp.Identity");

    public static readonly FeedTelemetry Events = new("Cdp.Identity", "resolve", "events", ActivityKind.Internal);
    public static readonly Counter<long> Created = Meter.CreateCounter<long>("cdp.identity.persons.created", "{person}");
    public static readonly Counter<long> Merged = Meter.CreateCounter<long>("cdp.identity.persons.merged", "{person}");
    public static readonly Counter<long> Split = Meter.CreateCounter<long>("cdp.identity.persons.split", "{person}");
    public static readonly Counter<long> Crowded = Meter.CreateCounter<long>("cdp.identity.persons.crowded", "{person}");
    public static readonly Counter<long> LimitDrops = Meter.CreateCounter<long>("cdp.identity.identifiers.over_limit", "{identifier}");
}
