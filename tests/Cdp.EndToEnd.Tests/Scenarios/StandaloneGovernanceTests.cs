using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>The platform in one process.</summary>
[Collection(nameof(StandalonePlatform))]
public sealed class StandaloneGovernanceTests(StandalonePlatform platform) : GovernanceSuite(platform)
{
    protected override string DataDirectory => platform.DataDirectory;
}
