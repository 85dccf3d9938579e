using Cdp.EndToEnd.Tests.Processes;
using Cdp.EndToEnd.Tests.Sdks;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>The platform on engines with two replicas of each service.</summary>
[Collection(nameof(ReplicasPlatform))]
public sealed class ReplicasSdkTests : SdkSuite
{
    public ReplicasSdkTests(ReplicasPlatform platform, SdkPackages packages)
        : base(platform, packages) => Assert.SkipWhen(platform.Missing is not null, platform.Missing ?? "");
}
