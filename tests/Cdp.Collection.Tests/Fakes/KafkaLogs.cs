using Cdp.Storage.Kafka;
using Cdp.Storage.Kafka.Connection;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cdp.Collection.Tests.Fakes;

/// <summary>Event logs of one test on a broker, on topics of their own, which go at the end.</summary>
internal sealed class KafkaLogs(string brokers, TimeProvider time) : IAsyncDisposable
{
    private readonly List<KafkaEventLog> _logs = [];
    private readonly List<string> _prefixes = [NewPrefix()];

    public string Prefix => _prefixes[^1];

    public string Brokers { get; set; } = brokers;

    public KafkaOptions Options { get; } = new();

    public int Partitions { get; set; } = 2;

    public long RecentBytes { get; set; } = 1024 * 1024;

    public IAdminClient Admin { get; } = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = brokers }).Build();

    public void UseFreshTopics() => _prefixes.Add(NewPrefix());

    public async Task<KafkaEventLog> OpenAsync()
    {
        Options.TopicPrefix = Prefix;
        var log = new KafkaEventLog(Brokers, Options, new CollectionOptions { Partitions = Partitions }, time, NullLogger<KafkaEventLog>.Instance, RecentBytes);
        _logs.Add(log);
        await log.OpenAsync(TestContext.Current.CancellationToken);
        return log;
    }

    public async Task CloseAsync(KafkaEventLog log)
    {
        _logs.Remove(log);
        await log.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var log in _logs)
            await log.DisposeAsync();
        var topics = Admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Select(t => t.Topic).Where(t => _prefixes.Any(p => t.StartsWith(p, StringComparison.Ordinal))).ToList();
        if (topics.Count > 0)
            await Admin.DeleteTopicsAsync(topics);
        Admin.Dispose();
    }

    private static string NewPrefix() => $"cdp-test-{Guid.NewGuid():n}";
}
