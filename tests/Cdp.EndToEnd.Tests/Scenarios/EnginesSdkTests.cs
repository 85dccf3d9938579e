using Cdp.EndToEnd.Tests.Processes;
using Cdp.EndToEnd.Tests.Sdks;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>The platform as processes on MongoDB, Kafka and Elasticsearch.</summary>
[Collection(nameof(EnginesPlatform))]
public sealed class EnginesSdkTests : SdkSuite
{
    public EnginesSdkTests(EnginesPlatform platform, SdkPackages packages)
        : base(platform, packages) => Assert.SkipWhen(platform.Missing is not null, platform.Missing ?? "");
}
