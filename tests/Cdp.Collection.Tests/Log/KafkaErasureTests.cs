using System.Text;
using Cdp.Collection.Tests.Fakes;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Engines;
using Confluent.Kafka;

namespace Cdp.Collection.Tests.Log;

public sealed class KafkaErasureTests(KafkaEngine engine)
{
    private const string Secret = "very-personal-message";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // The lag is longer than a restart takes: it must not begin anew with it, nor be forgotten.
    [Theory]
    [InlineData(1, false)]
    [InlineData(6, true)]
    public async Task Erase_LagIsOver_TakesTheBytesOffTheBroker(int lagSeconds, bool restarts)
    {
        await using var kafka = new KafkaLogs(await engine.ConnectAsync(Stop), TimeProvider.System);
        kafka.Options.ErasureLag = TimeSpan.FromSeconds(lagSeconds);
        var log = await kafka.OpenAsync();
        await log.AppendAsync(("ann", "1"), ("ann", Secret), ("bob", "2"), ("cid", "3"), ("dan", "4"));
        var at = (await log.AllAsync()).Single(e => e.Event.MessageId == Secret);
        var elsewhere = (await log.AllAsync()).First(e => e.Partition != at.Partition).Event.UserId;
        Assert.True(BrokerHas(kafka, Secret));

        // Once more, so that a rewritten row goes, too.
        await log.EraseAsync([new FeedPosition { Partition = at.Partition, Offset = at.Offset }], Stop);
        await log.EraseAsync([new FeedPosition { Partition = at.Partition, Offset = at.Offset == 0 ? 1 : 0 }], Stop);

        if (restarts)
        {
            await kafka.CloseAsync(log);
            log = await kafka.OpenAsync();
        }

        // Nothing is appended to that partition any more; brokers look every 15 seconds for what there is to compact.
        for (var i = 0; BrokerHas(kafka, Secret); i++)
        {
            await log.AppendAsync((elsewhere, $"more-{i}"));
            await Task.Delay(100, Stop);
        }
        var erased = (await log.AllAsync()).Where(e => e.Partition == at.Partition).Take(2);
        Assert.All(erased, e => Assert.Equal(EventType.Erased, e.Event.Type));
    }

    // Records as they lie there, committed or not.
    private static bool BrokerHas(KafkaLogs kafka, string text)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = kafka.Brokers,
            GroupId = kafka.Prefix,
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Earliest,
        }).Build();
        TopicPartition[] partitions = [.. from topic in new[] { "events", "events.rewritten" } from p in Enumerable.Range(0, kafka.Partitions) select new TopicPartition($"{kafka.Prefix}.{topic}", p)];
        consumer.Assign(partitions.Select(p => new TopicPartitionOffset(p, Offset.Beginning)));
        for (var ends = 0; ends < partitions.Length;)
        {
            var record = consumer.Consume(Stop);
            if (record.IsPartitionEOF)
                ends++;
            else if (record.Message.Value?.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)
                return true;
        }
        return false;
    }
}
