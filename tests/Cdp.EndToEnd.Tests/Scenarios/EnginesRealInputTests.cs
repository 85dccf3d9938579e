using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>The platform as processes on MongoDB, Kafka and Elasticsearch.</summary>
[Collection(nameof(EnginesPlatform))]
public sealed class EnginesRealInputTests : RealInputSuite
{
    public EnginesRealInputTests(EnginesPlatform platform)
        : base(platform) => Assert.SkipWhen(platform.Missing is not null, platform.Missing ?? "");
}
