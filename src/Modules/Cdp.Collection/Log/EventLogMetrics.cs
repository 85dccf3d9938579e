using System.Diagnostics.Metrics;

namespace Cdp.Collection.Log;

/// <summary>What the log tells about itself.</summary>
internal static class EventLogMetrics
{
    private static readonly Meter Meter = new("Cdp.Collection");

    public static readonly Counter<long> Appended = Meter.CreateCounter<long>("cdp.collection.events.appended", "{event}");
    public static readonly UpDownCounter<long> QueueSize = Meter.CreateUpDownCounter<long>("cdp.collection.queue.size", "By");
    public static readonly Counter<long> Duplicates = Meter.CreateCounter<long>("cdp.collection.events.duplicate", "{event}");
    public static readonly Histogram<double> CommitDuration = Meter.CreateHistogram<double>("cdp.collection.commit.duration", "s");
    public static readonly Histogram<int> CommitSize = Meter.CreateHistogram<int>("cdp.collection.commit.size", "{event}");
}
