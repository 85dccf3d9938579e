using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>The platform as seven processes.</summary>
[Collection(nameof(ServicesPlatform))]
public sealed class ServicesBadInputTests(ServicesPlatform platform) : BadInputSuite(platform);
