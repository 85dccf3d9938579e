using Cdp.Collection.Log;
using Cdp.Collection.Tests.Fakes;
using Cdp.Contracts.Common.V1;
using Cdp.Engines;
using Cdp.Storage.Kafka;
using Confluent.Kafka;

namespace Cdp.Collection.Tests.Log;

public sealed class KafkaEventLogTests(KafkaEngine engine) : EventLogSuite, IAsyncLifetime
{
    private KafkaLogs _kafka = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected override int Samples => 4;

    public async ValueTask InitializeAsync() => _kafka = new KafkaLogs(await engine.ConnectAsync(Stop), Time);

    public async ValueTask DisposeAsync()
    {
        if (_kafka is not null)
            await _kafka.DisposeAsync();
    }

    [Fact]
    public async Task Append_AnotherProcessTookOver_IsRefusedAndLeavesNothing()
    {
        var former = await _kafka.OpenAsync();
        await former.AppendAsync(("ann", "1"));

        var owner = await _kafka.OpenAsync();
        await owner.AppendAsync(("ann", "2"));

        await Assert.ThrowsAsync<LogUnavailableException>(() => former.AppendAsync(("ann", "3"), ("bob", "4")));
        await Assert.ThrowsAsync<LogUnavailableException>(() => former.AppendAsync(("ann", "1")));
        Assert.True(former.Lost.IsCancellationRequested);
        Assert.False(owner.Lost.IsCancellationRequested);
        Assert.Equal("nd", await owner.AppendAsync(("ann", "3"), ("ann", "1")));
        Assert.Equal(["1", "2", "3"], (await owner.AllAsync()).Select(e => e.Event.MessageId));
    }

    [Fact]
    public async Task Append_ShutOutByNobody_GoesOn()
    {
        var log = await _kafka.OpenAsync();
        await log.AppendAsync(("ann", "1"));
        // As a broker does that ends a transaction which took too long: the id is taken, but no other owner is there.
        using (var other = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = await engine.ConnectAsync(Stop), TransactionalId = $"{_kafka.Prefix}-log" }).Build())
            other.InitTransactions(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAsync(("ann", "2")));

        Assert.Equal("dn", await log.AppendAsync(("ann", "1"), ("ann", "2")));
        Assert.False(log.Lost.IsCancellationRequested);
        Assert.Equal(["1", "2"], (await log.AllAsync()).Select(e => e.Event.MessageId));
    }

    [Fact]
    public async Task Open_AfterACrashWithinATransaction_HasNothingOfIt()
    {
        var log = await _kafka.OpenAsync();
        await log.AppendAsync(("ann", "1"));
        await _kafka.CloseAsync(log);
        using var crashed = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = await engine.ConnectAsync(Stop), TransactionalId = $"{_kafka.Prefix}-log" }).Build();
        crashed.InitTransactions(TimeSpan.FromSeconds(10));
        crashed.BeginTransaction();
        foreach (var topic in new[] { "events", "events.commits" })
            await crashed.ProduceAsync(new TopicPartition($"{_kafka.Prefix}.{topic}", 0), new Message<byte[], byte[]> { Key = [1], Value = [2] }, Stop);

        log = await _kafka.OpenAsync();

        Assert.Equal("dn", await log.AppendAsync(("ann", "1"), ("ann", "2")));
        Assert.Equal(["1", "2"], (await log.AllAsync()).Select(e => e.Event.MessageId));
    }

    [Fact]
    public async Task Read_OlderThanWhatIsInMemory_ComesFromTheBroker()
    {
        _kafka.RecentBytes = 0;
        var log = await _kafka.OpenAsync();
        for (var i = 0; i < 60; i++)
            await log.AppendAsync(("ann", $"{i}-a"), ("ann", $"{i}-b"));
        var partition = (await log.AllAsync())[0].Partition;

        foreach (var from in new[] { 0, 1, 2, 57, 58, 90, 119 })
        {
            var events = await log.TakeAsync(120 - from, new FeedPosition { Partition = partition, Offset = from });
            Assert.Equal(Enumerable.Range(from, 120 - from), events.Select(e => (int)e.Offset));
            Assert.Equal($"{from / 2}-{(from % 2 == 0 ? 'a' : 'b')}", events[0].Event.MessageId);
        }
    }

    [Fact]
    public async Task Read_ErasedEventsFromTheBroker_AreErasedAmongTheOthers()
    {
        _kafka.RecentBytes = 0;
        var log = await _kafka.OpenAsync();
        for (var i = 0; i < 20; i++)
            await log.AppendAsync(("ann", $"{i}-a"), ("ann", $"{i}-b"));
        var partition = (await log.AllAsync())[0].Partition;
        FeedPosition[] Positions(params int[] offsets) => [.. offsets.Select(o => new FeedPosition { Partition = partition, Offset = o })];

        Assert.Equal(3, await log.EraseAsync(Positions(4, 5, 38), Stop));
        Assert.Equal(2, await log.EraseAsync(Positions(4, 39, 6), Stop));
        await _kafka.CloseAsync(log);
        log = await _kafka.OpenAsync();

        var events = await log.AllAsync();
        AssertDense(events);
        Assert.Equal([4, 5, 6, 38, 39], events.Where(e => e.Event.MessageId.Length == 0).Select(e => e.Offset));
        Assert.Equal(0, await log.EraseAsync(Positions(4, 5, 6, 38, 39), Stop));
    }

    [Fact]
    public async Task Read_RowsThatBrokersDeleted_GoesOnAfterThem()
    {
        _kafka.RecentBytes = 0;
        _kafka.Partitions = 1;
        _kafka.Options.Retention = TimeSpan.FromDays(30);
        var log = await _kafka.OpenAsync();
        for (var i = 0; i < 10; i++)
            await log.AppendAsync(("ann", $"{i}"));
        // Each commit takes two offsets: a row and the end of its transaction.
        await _kafka.Admin.DeleteRecordsAsync([new TopicPartitionOffset($"{_kafka.Prefix}.events", 0, 8)]);

        Assert.Equal([4, 5, 6, 7, 8, 9], (await log.TakeAsync(6)).Select(e => e.Offset));
        Assert.Equal(0, await log.EraseAsync([new FeedPosition { Offset = 2 }], Stop));
        Assert.Equal(1, await log.EraseAsync([new FeedPosition { Offset = 4 }], Stop));
    }

    [Fact]
    public async Task Read_RowsThatCompactionTook_ComeRewritten()
    {
        _kafka.RecentBytes = 0;
        _kafka.Partitions = 1;
        _kafka.Options.Retention = TimeSpan.FromDays(30);
        var log = await _kafka.OpenAsync();
        for (var i = 0; i < 10; i++)
            await log.AppendAsync(("ann", $"{i}-a"), ("ann", $"{i}-b"));
        await log.EraseAsync([.. new[] { 0, 3, 7, 9 }.Select(o => new FeedPosition { Offset = o })], Stop);
        // Rows 0 to 5, two events in each; 2 was not rewritten and is lost.
        await _kafka.Admin.DeleteRecordsAsync([new TopicPartitionOffset($"{_kafka.Prefix}.events", 0, 12)]);
        await _kafka.CloseAsync(log);
        log = await _kafka.OpenAsync();

        var events = await log.TakeAsync(16);

        Assert.Equal([0, 1, 2, 3, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19], events.Select(e => (int)e.Offset));
        Assert.Equal([0, 3, 7, 9], events.Where(e => e.Event.MessageId.Length == 0).Select(e => (int)e.Offset));
        Assert.Equal(1, await log.EraseAsync([new FeedPosition { Offset = 6 }], Stop));
    }

    [Fact]
    public async Task Append_LongAfterTheWindow_DropsCommitsButNotHeads()
    {
        var log = await _kafka.OpenAsync();
        for (var hour = 0; hour < 60; hour++)
        {
            Time.Advance(TimeSpan.FromHours(1));
            await log.AppendAsync(("ann", $"{hour}"));
        }
        await _kafka.CloseAsync(log);
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = await engine.ConnectAsync(Stop), GroupId = "test" }).Build();
        Assert.NotEqual(0, consumer.QueryWatermarkOffsets(new TopicPartition($"{_kafka.Prefix}.events.commits", 0), TimeSpan.FromSeconds(10)).Low.Value);

        Time.Advance(TimeSpan.FromDays(10));
        log = await _kafka.OpenAsync();

        Assert.Equal("n", await log.AppendAsync(("ann", "60")));
        Assert.Equal(60, (await log.AllAsync())[^1].Offset);
    }

    protected override async Task<IEventLog> OpenAsync(bool fresh = false)
    {
        if (fresh)
            _kafka.UseFreshTopics();
        return await _kafka.OpenAsync();
    }

    protected override async Task<IEventLog> ReopenAsync(IEventLog log)
    {
        await _kafka.CloseAsync((KafkaEventLog)log);
        return await _kafka.OpenAsync();
    }
}
