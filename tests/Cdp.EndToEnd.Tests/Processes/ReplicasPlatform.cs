using Cdp.Engines;

namespace Cdp.EndToEnd.Tests.Processes;

/// <summary>The platform on engines with two replicas of each service.</summary>
public sealed class ReplicasPlatform(MongoEngine mongo, KafkaEngine kafka, ElasticsearchEngine elasticsearch)
    : EnginesPlatform(mongo, kafka, elasticsearch, replicas: 2);
