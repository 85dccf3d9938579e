using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>Tests that share one platform as seven processes.</summary>
[CollectionDefinition(nameof(ServicesPlatform))]
public sealed class ServicesCollection : ICollectionFixture<ServicesPlatform>;
