using Cdp.EndToEnd.Tests.Processes;
using Cdp.Engines;

namespace Cdp.EndToEnd.Tests.Telemetry;

/// <summary>The platform as seven processes on engines.</summary>
public sealed class EnginesTelemetryTests(MongoEngine mongo, KafkaEngine kafka, ElasticsearchEngine elasticsearch) : TelemetrySuite
{
    protected override ServicesPlatform Create(IReadOnlyDictionary<string, string> settings)
    {
        var platform = new EnginesPlatform(mongo, kafka, elasticsearch) { Settings = settings };
        Assert.SkipWhen(platform.Missing is not null, platform.Missing ?? "");
        return platform;
    }

    private protected override void Check(IReadOnlyCollection<ReceivedSpan> trace) =>
        Assert.Contains(trace, s => (s.Service, s.Source) == ("cdp-profile", "MongoDB.Driver"));
}
