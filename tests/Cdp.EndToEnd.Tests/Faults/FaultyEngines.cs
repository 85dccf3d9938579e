using Cdp.EndToEnd.Tests.Processes;
using Cdp.Engines;

namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>A platform on engines of its own, which a test may break or slow down. Skips the test where they are missing.</summary>
internal sealed class FaultyEngines : IAsyncDisposable
{
    private readonly Platform _platform;
    private readonly Dictionary<Engine, TcpProxy> _proxies = [];

    private FaultyEngines(int replicas, bool mayBeSlow, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> settingsOf) =>
        _platform = new Platform(this, replicas, mayBeSlow) { SettingsOf = settingsOf };

    public MongoEngine Mongo { get; } = new();

    public KafkaEngine Kafka { get; } = new();

    public ElasticsearchEngine Elasticsearch { get; } = new();

    public EnginesPlatform Services => _platform;

    /// <param name="replicas">Processes of each service.</param>
    /// <param name="mayBeSlow">Whether <see cref="Delay"/> is used.</param>
    /// <param name="settingsOf">More settings for single services.</param>
    public static async Task<FaultyEngines> StartAsync(
        int replicas, bool mayBeSlow = false, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? settingsOf = null)
    {
        var engines = new FaultyEngines(replicas, mayBeSlow, settingsOf ?? new Dictionary<string, IReadOnlyDictionary<string, string>>());
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

    /// <summary>Keeps back each answer of an engine for a while.</summary>
    public void Delay(Engine engine, TimeSpan delay) => _proxies[engine].Delay = delay;

    public async ValueTask DisposeAsync()
    {
        await _platform.DisposeAsync();
        foreach (var proxy in _proxies.Values)
            await proxy.DisposeAsync();
        await Mongo.DisposeAsync();
        await Kafka.DisposeAsync();
        await Elasticsearch.DisposeAsync();
    }

    private string ThroughProxy(Engine engine, string address)
    {
        if (engine is KafkaEngine)
        {
            var broker = new KafkaProxy(address);
            _proxies[engine] = broker;
            return broker.Address;
        }
        var proxy = new DelayProxy(new Uri(address).Port);
        _proxies[engine] = proxy;
        return new UriBuilder(address) { Port = proxy.Port }.ToString();
    }

    private sealed class Platform(FaultyEngines engines, int replicas, bool mayBeSlow)
        : EnginesPlatform(engines.Mongo, engines.Kafka, engines.Elasticsearch, replicas)
    {
        protected override async Task<string> ConnectAsync(Engine engine)
        {
            var address = await engine.ConnectOwnAsync(TestContext.Current.CancellationToken);
            return mayBeSlow ? engines.ThroughProxy(engine, address) : address;
        }
    }
}
