using Cdp.EndToEnd.Tests.Processes;
using Cdp.EndToEnd.Tests.Sdks;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>The platform in one process.</summary>
[Collection(nameof(StandalonePlatform))]
public sealed class StandaloneSdkTests(StandalonePlatform platform, SdkPackages packages) : SdkSuite(platform, packages);
