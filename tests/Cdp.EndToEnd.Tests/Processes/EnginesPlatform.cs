using Cdp.Engines;
using MongoDB.Driver;

namespace Cdp.EndToEnd.Tests.Processes;

/// <summary>The platform as processes whose stores are MongoDB, Kafka and Elasticsearch. Does not start where one of them is missing.</summary>
public class EnginesPlatform : ServicesPlatform
{
    private readonly MongoEngine _mongo;
    private readonly KafkaEngine _kafka;
    private readonly ElasticsearchEngine _elasticsearch;
    private readonly string _name = $"cdp-test-{Guid.NewGuid():n}";

    public EnginesPlatform(MongoEngine mongo, KafkaEngine kafka, ElasticsearchEngine elasticsearch)
        : this(mongo, kafka, elasticsearch, replicas: 1)
    {
    }

    protected EnginesPlatform(MongoEngine mongo, KafkaEngine kafka, ElasticsearchEngine elasticsearch, int replicas)
        : base(replicas) => (_mongo, _kafka, _elasticsearch) = (mongo, kafka, elasticsearch);

    /// <summary>Why it cannot run here; null where it can.</summary>
    public string? Missing => _mongo.Missing ?? _kafka.Missing ?? _elasticsearch.Missing;

    public override async ValueTask InitializeAsync()
    {
        if (Missing is null)
            await base.InitializeAsync();
    }

    protected override async Task<IReadOnlyDictionary<string, string>> EngineSettingsAsync()
    {
        return new Dictionary<string, string>
        {
            ["ConnectionStrings__mongodb"] = new MongoUrlBuilder(await ConnectAsync(_mongo)) { DatabaseName = _name }.ToString(),
            ["ConnectionStrings__kafka"] = await ConnectAsync(_kafka),
            ["ConnectionStrings__elasticsearch"] = await ConnectAsync(_elasticsearch),
            ["Cdp__Kafka__TopicPrefix"] = _name,
            ["Cdp__Elasticsearch__IndexPrefix"] = _name,
        };
    }

    /// <summary>Connection string of an engine.</summary>
    protected virtual Task<string> ConnectAsync(Engine engine) => engine.ConnectAsync(TestContext.Current.CancellationToken);
}
