using Cdp.Collection.Tests.Fakes;
using Cdp.Engines;
using Cdp.Storage.Kafka.Connection;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Cdp.Collection.Tests.Log;

public sealed class KafkaTopicsTests(KafkaEngine engine) : IAsyncLifetime
{
    private KafkaLogs _kafka = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Events => $"{_kafka.Prefix}.events";

    public async ValueTask InitializeAsync() => _kafka = new KafkaLogs(await engine.ConnectAsync(Stop), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        if (_kafka is not null)
            await _kafka.DisposeAsync();
    }

    [Fact]
    public async Task Open_FirstTime_MakesTopicsAsConfigured()
    {
        _kafka.Options.Retention = TimeSpan.FromDays(30);
        _kafka.Partitions = 3;
        await _kafka.OpenAsync();

        var topic = Assert.Single((await _kafka.Admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([Events]))).TopicDescriptions);
        Assert.Equal(3, topic.Partitions.Count);
        var configuration = Assert.Single(await _kafka.Admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = Events }])).Entries;
        Assert.Equal("compact,delete", configuration["cleanup.policy"].Value);
        Assert.Equal("2592000000", configuration["retention.ms"].Value);
        Assert.Equal("86400000", configuration["max.compaction.lag.ms"].Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Open_OtherNumberOfPartitions_SaysWhatWasFoundAndNeeded(int partitions)
    {
        await _kafka.CloseAsync(await _kafka.OpenAsync());
        _kafka.Partitions = partitions;

        var wrong = await RefusedAsync();

        Assert.Contains($"The topic {Events} has 2 partitions; {partitions} are needed", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_TopicIsCleanedOtherwise_SaysWhatWasFoundAndNeeded()
    {
        await _kafka.Admin.CreateTopicsAsync([new TopicSpecification { Name = Events, NumPartitions = 2, ReplicationFactor = 1 }]);

        Assert.StartsWith($"The topic {Events} has cleanup.policy=delete; compact is needed", await RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_TopicHoldsForeignRecords_RefusesAndWritesNothing()
    {
        await _kafka.CloseAsync(await _kafka.OpenAsync());
        await DeleteAsync($"{_kafka.Prefix}.events.commits", $"{_kafka.Prefix}.events.rewrites");
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = _kafka.Brokers }).Build();
        await producer.ProduceAsync(new TopicPartition(Events, 1), new Message<byte[], byte[]> { Key = [1], Value = [2] }, Stop);

        Assert.Contains($"The topic {Events} holds records that Cdp did not write", await RefusedAsync(), StringComparison.Ordinal);

        var topics = _kafka.Admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Select(t => t.Topic);
        Assert.Equal([Events, $"{Events}.rewritten"], topics.Where(t => t.StartsWith(_kafka.Prefix, StringComparison.Ordinal)).Order());
    }

    [Fact]
    public async Task Open_CommitsAreGone_SaysSo()
    {
        var log = await _kafka.OpenAsync();
        await log.AppendAsync(("ann", "1"));
        await _kafka.CloseAsync(log);
        await DeleteAsync($"{_kafka.Prefix}.events.commits");

        Assert.Contains($"The topic {_kafka.Prefix}.events.commits is empty or gone", await RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_MoreReplicasThanBrokers_SaysWhichSetting()
    {
        _kafka.Options.ReplicationFactor = 99;

        Assert.Contains("Cdp:Kafka:ReplicationFactor", await RefusedAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:1", "plaintext")]
    [InlineData(null, "ssl")]
    public async Task Open_NoBrokerAnswers_SaysWhichSettingAndWhy(string? brokers, string protocol)
    {
        _kafka.Brokers = brokers ?? _kafka.Brokers;
        _kafka.Options.SecurityProtocol = protocol;
        _kafka.Options.Timeout = TimeSpan.FromSeconds(2);

        var wrong = await RefusedAsync();

        Assert.StartsWith("ConnectionStrings:kafka: no broker answered within 2 s (", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', wrong);
    }

    [Theory]
    [InlineData("")]
    [InlineData("broker")]
    [InlineData("broker:9092,")]
    [InlineData("user:secret@broker:9092")]
    public void Connect_StringDoesNotParse_SaysSoWithoutIt(string brokers)
    {
        var wrong = Assert.Throws<InvalidOperationException>(() => new KafkaConnection(brokers, new KafkaOptions()));

        Assert.Contains("ConnectionStrings:kafka", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Connect_CredentialsAreIncomplete_SaysWhatIsNeeded()
    {
        var wrong = Assert.Throws<InvalidOperationException>(() => new KafkaConnection("broker:9092", new KafkaOptions { SecurityProtocol = "sasl_ssl", SaslUsername = "cdp" }));

        Assert.Contains("SaslPassword", wrong.Message, StringComparison.Ordinal);
    }

    private async Task<string> RefusedAsync() => (await Assert.ThrowsAsync<InvalidOperationException>(_kafka.OpenAsync)).Message;

    // A broker answers before every other one knows.
    private async Task DeleteAsync(params string[] topics)
    {
        await _kafka.Admin.DeleteTopicsAsync(topics);
        while (_kafka.Admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Any(t => topics.Contains(t.Topic)))
            Stop.ThrowIfCancellationRequested();
    }
}
