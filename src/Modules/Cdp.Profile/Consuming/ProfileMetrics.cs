using System.Diagnostics.Metrics;

namespace Cdp.Profile.Consuming;

/// <summary>What the stage tells about itself.</summary>
internal static class ProfileMetrics
{
    private static readonly Meter Meter = new("Cdp.Profile");

    public static readonly Counter<long> Applied = Meter.CreateCounter<long>("cdp.profile.events.applied", "{event}");
    public static readonly Counter<long> Changed = Meter.CreateCounter<long>("cdp.profile.profiles.changed", "{profile}");
}
