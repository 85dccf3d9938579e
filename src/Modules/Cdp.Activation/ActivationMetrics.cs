using System.Diagnostics.Metrics;

namespace Cdp.Activation;

/// <summary>What the stage tells about itself.</summary>
internal static class ActivationMetrics
{
    private static readonly Meter Meter = new("Cdp.Activation");

    public static readonly Counter<long> Planned = Meter.CreateCounter<long>("cdp.activation.deliveries.planned", "{delivery}");
    public static readonly Counter<long> Settled = Meter.CreateCounter<long>("cdp.activation.deliveries.settled", "{delivery}");
    public static readonly Counter<long> Attempts = Meter.CreateCounter<long>("cdp.activation.attempts", "{attempt}");
    public static readonly Histogram<double> AttemptDuration = Meter.CreateHistogram<double>("cdp.activation.attempt.duration", "s");
}
