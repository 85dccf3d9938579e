using System.Diagnostics.Metrics;

namespace Cdp.Storage.Elastic;

/// <summary>What the adapter tells about itself. The calls themselves are measured by the HTTP client.</summary>
internal static class ElasticMetrics
{
    private static readonly Meter Meter = new("Cdp.Storage.Elastic");

    public static readonly Counter<long> Written = Meter.CreateCounter<long>("cdp.elasticsearch.profiles.written", "{profile}", "Profiles written or deleted.");
    public static readonly Counter<long> Unchanged = Meter.CreateCounter<long>("cdp.elasticsearch.profiles.unchanged", "{profile}", "Writes that changed nothing: the index had the same or a newer state.");
    public static readonly Counter<long> Refused = Meter.CreateCounter<long>("cdp.elasticsearch.profiles.refused", "{profile}", "Writes that the engine was not ready for; they are repeated.");
    public static readonly Counter<long> Unfit = Meter.CreateCounter<long>("cdp.elasticsearch.profiles.unfit", "{profile}", "Profiles that the index cannot hold.");
    public static readonly Counter<long> FromMemory = Meter.CreateCounter<long>("cdp.elasticsearch.searches.from_memory", "{search}", "Searches that were answered from memory instead.");
    public static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>("cdp.elasticsearch.batch.size", "{profile}", "Profiles of one bulk request.");
}
