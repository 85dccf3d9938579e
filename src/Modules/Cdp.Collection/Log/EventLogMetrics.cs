using System.Diagnostics.Metrics;

namespace Cdp.Collection.Log;

/// <summary>What the log tells about itself.</summary>
internal static class EventLogMetrics
{
    private static readonly Meter Meter = new("Cdp.Collection");

    public static readonly UpDownCounter<long> QueueSize = Meter.CreateUpDownCounter<long>("cdp.collection.queue.size", "By", "Bytes that wait for a commit.");
    public static readonly Histogram<double> CommitDuration = Meter.CreateHistogram<double>("cdp.collection.commit.duration", "s", "How long one commit of the log took.");
    public static readonly Histogram<int> CommitSize = Meter.CreateHistogram<int>("cdp.collection.commit.size", "{event}", "Events that share one commit of the log.");
    public static readonly Gauge<long> FeedLag = Meter.CreateGauge<long>("cdp.collection.feed.lag", "{event}", "Events that a subscriber of the log has not read yet.");
}
