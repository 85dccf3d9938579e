using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>Tests that share one platform on engines with two replicas of each service.</summary>
[CollectionDefinition(nameof(ReplicasPlatform), DisableParallelization = true)]
public sealed class ReplicasCollection : ICollectionFixture<ReplicasPlatform>;
