using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>The platform on engines with two replicas of each service.</summary>
[Collection(nameof(ReplicasPlatform))]
public sealed class ReplicasRealInputTests : RealInputSuite
{
    public ReplicasRealInputTests(ReplicasPlatform platform)
        : base(platform) => Assert.SkipWhen(platform.Missing is not null, platform.Missing ?? "");
}
