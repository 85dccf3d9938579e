using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>The platform as seven processes.</summary>
[Collection(nameof(ServicesPlatform))]
public sealed class ServicesGovernanceTests(ServicesPlatform platform) : GovernanceSuite(platform)
{
    protected override string DataDirectory => platform.DataDirectory;
}
