using System.Diagnostics.Metrics;
using Cdp.Contracts.Telemetry;

namespace Cdp.Activation;

/// <summary>What the stage tells about itself.</summary>
internal static class ActivationMetrics
{
    /// <summary>Name of the stage's meter and spans.</summary>
    public const string Name = "Cdp.Activation";

    private static readonly Meter Meter = new(Name);

    public static readonly FeedTelemetry MembershipChanges = new(Name, "process", "membership_changes");
    public static readonly Counter<long> Planned = Meter.CreateCounter<long>("cdp.activation.deliveries.planned", "{delivery}");
    public static readonly Counter<long> Settled = Meter.CreateCounter<long>("cdp.activation.deliveries.settled", "{delivery}");
    public static readonly Counter<long> Attempts = Meter.CreateCounter<long>("cdp.activation.attempts", "{attempt}");
    public static readonly Histogram<double> AttemptDuration = Meter.CreateHistogram<double>("cdp.activation.attempt.duration", "s");
}
