using System.Diagnostics.Metrics;

namespace Cdp.Storage.Embedded.Collection;

/// <summary>What the log tells about itself.</summary>
internal static class EventLogMetrics
{
    private static readonly Meter Meter = new("Cdp.Storage.Embedded");

    public static readonly Histogram<int> CommitSize = Meter.CreateHistogram<int>("cdp.collection.commit.size", "{event}", "Events that share one commit of the log.");
}
