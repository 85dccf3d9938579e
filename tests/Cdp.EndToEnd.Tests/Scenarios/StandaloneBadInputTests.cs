using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>The platform in one process.</summary>
[Collection(nameof(StandalonePlatform))]
public sealed class StandaloneBadInputTests(StandalonePlatform platform) : BadInputSuite(platform);
