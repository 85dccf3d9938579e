using System.Diagnostics.Metrics;

namespace Cdp.Retention;

/// <summary>What retention tells about itself.</summary>
internal static class RetentionMetrics
{
    private static readonly Meter Meter = new("Cdp.Retention");

    public static readonly Counter<long> Removed = Meter.CreateCounter<long>("cdp.retention.removed", "{row}", "Rows removed because they were older than is kept.");
}
