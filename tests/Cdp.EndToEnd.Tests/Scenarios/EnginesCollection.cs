using Cdp.EndToEnd.Tests.Processes;
using Cdp.Engines;

[assembly: AssemblyFixture(typeof(MongoEngine))]
[assembly: AssemblyFixture(typeof(KafkaEngine))]
[assembly: AssemblyFixture(typeof(ElasticsearchEngine))]

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>Tests that share one platform on engines.</summary>
[CollectionDefinition(nameof(EnginesPlatform), DisableParallelization = true)]
public sealed class EnginesCollection : ICollectionFixture<EnginesPlatform>;
