using System.Diagnostics.Metrics;
using Cdp.Contracts.Telemetry;

namespace Cdp.Profile.Consuming;

/// <summary>What the stage tells about itself.</summary>
internal static class ProfileMetrics
{
    /// <summary>Name of the stage's meter and spans.</summary>
    public const string Name = "Cdp.Profile";

    private static readonly Meter Meter = new(Name);

    public static readonly FeedTelemetry Events = new(Name, "process", "events");
    public static readonly Counter<long> Changed = Meter.CreateCounter<long>("cdp.profile.profiles.changed", "{profile}");
    public static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>("cdp.profile.dead_letters", "{event}", "Events that could not be applied and were set aside.");
}
