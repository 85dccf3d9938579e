using Cdp.EndToEnd.Tests.Processes;
using Cdp.EndToEnd.Tests.Sdks;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>The platform as seven processes.</summary>
[Collection(nameof(ServicesPlatform))]
public sealed class ServicesSdkTests(ServicesPlatform platform, SdkPackages packages) : SdkSuite(platform, packages);
