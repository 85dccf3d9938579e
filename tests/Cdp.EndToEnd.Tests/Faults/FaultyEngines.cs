using Cdp.EndToEnd.Tests.Processes;
using Cdp.Engines;

namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>A platform on engines of its own, which a test may break. Skips the test where they are missing.</summary>
internal sealed class FaultyEngines : IAsyncDisposable
{
    private readonly Platform _platform;

    private FaultyEngines(int replicas) => _platform = new Platform(this, replicas);

    public MongoEngine Mongo { get; } = new();

    public KafkaEngine Kafka { get; } = new();

    public ElasticsearchEngine Elasticsearch { get; } = new();

    public EnginesPlatform Services => _platform;

    public static async Task<FaultyEngines> StartAsync(int replicas)
    {
        var engines = new FaultyEngines(replicas);
        try
        {
            var cancellationToken = TestContext.Current.CancellationToken;
            await engines.Mongo.ConnectOwnAsync(cancellationToken);
            await engines.Kafka.ConnectOwnAsync(cancellationToken);
            await engines.Elasticsearch.ConnectOwnAsync(cancellationToken);
            await engines._platform.InitializeAsync();
            return engines;
        }
        catch
        {
            await engines.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _platform.DisposeAsync();
        await Mongo.DisposeAsync();
        await Kafka.DisposeAsync();
        await Elasticsearch.DisposeAsync();
    }

    private sealed class Platform(FaultyEngines engines, int replicas) : EnginesPlatform(engines.Mongo, engines.Kafka, engines.Elasticsearch, replicas)
    {
        protected override bool MayBreak => true;
    }
}
