using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>Tests that share one platform in one process.</summary>
[CollectionDefinition(nameof(StandalonePlatform))]
public sealed class StandaloneCollection : ICollectionFixture<StandalonePlatform>;
