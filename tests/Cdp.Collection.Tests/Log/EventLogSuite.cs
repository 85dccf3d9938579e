using Cdp.Collection.Log;
using Cdp.Collection.Tests.Fakes;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Collection.Tests.Log;

/// <summary>What every event log must do.</summary>
public abstract class EventLogSuite
{
    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 10, 30, 0, TimeSpan.Zero));

    /// <summary>How many random histories are tried; an adapter that takes long to open tries fewer.</summary>
    protected virtual int Samples => 15;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Append_NewEvents_AreInTheFeedInOrderOfTheirPerson()
    {
        var log = await OpenAsync();

        for (var i = 0; i < 20; i++)
            Assert.Equal("nn", await log.AppendAsync(("ann", $"a{i}"), ("bob", $"b{i}")));

        var events = await log.TakeAsync(40);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"a{i}"), events.Where(e => e.Event.UserId == "ann").Select(e => e.Event.MessageId));
        Assert.Single(events.Where(e => e.Event.UserId == "bob").Select(e => e.Partition).Distinct());
        AssertDense(events);
    }

    [Fact]
    public async Task Append_SameIdInTheBlockAndLater_IsADuplicate()
    {
        var log = await OpenAsync();

        Assert.Equal("nd", await log.AppendAsync(("ann", "1"), ("ann", "1")));
        Assert.Equal("dn", await log.AppendAsync(("bob", "1"), ("ann", "2")));
        Assert.Equal(2, (await log.AllAsync()).Count);
    }

    [Fact]
    public async Task Append_SameIdsFromManySendersAtOnce_CountOnce()
    {
        var log = await OpenAsync();
        var duplicates = 0;

        await Parallel.ForEachAsync(Enumerable.Range(0, 64), Stop, async (i, _) =>
        {
            if (await log.AppendAsync(("ann", $"{i % 8}")) == "d")
                Interlocked.Increment(ref duplicates);
        });

        Assert.Equal(56, duplicates);
        Assert.Equal(8, (await log.AllAsync()).Select(e => e.Event.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task Append_SameIdAfterReopening_IsADuplicate()
    {
        var log = await OpenAsync();
        await log.AppendAsync(("ann", "1"));

        Time.Advance(TimeSpan.FromHours(23));
        log = await ReopenAsync(log);

        Assert.Equal("d", await log.AppendAsync(("ann", "1")));
        Assert.Equal("n", await log.AppendAsync(("ann", "2")));
        AssertDense(await log.AllAsync());
    }

    [Fact]
    public async Task Append_SameIdWithinTheWindow_IsADuplicateToItsLastMinute()
    {
        var log = await OpenAsync();
        await log.AppendAsync(("ann", "1"));

        Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMinutes(1));
        Assert.Equal("d", await log.AppendAsync(("ann", "1")));
        log = await ReopenAsync(log);
        Assert.Equal("d", await log.AppendAsync(("ann", "1")));
    }

    [Fact]
    public async Task Append_SameIdLongAfterTheWindow_IsNew()
    {
        var log = await OpenAsync();
        await log.AppendAsync(("ann", "1"));

        Time.Advance(TimeSpan.FromHours(26));

        Assert.Equal("n", await log.AppendAsync(("ann", "1")));
        Assert.Equal(2, (await log.AllAsync()).Count);
    }

    [Fact]
    public async Task Append_ClockSetBackBeforeReopening_StillKnowsTheIds()
    {
        var log = await OpenAsync();
        await log.AppendAsync(("ann", "late"));
        Time.AdjustTime(Time.GetUtcNow() - TimeSpan.FromMinutes(20));
        await log.AppendAsync(("ann", "early"));
        Time.Advance(TimeSpan.FromHours(24));

        log = await ReopenAsync(log);

        Assert.Equal("d", await log.AppendAsync(("ann", "late")));
    }

    [Fact]
    public Task Append_AnyBatchingAndReopening_KeepsEachIdOnce() => Gen.Select(Gen.Int[0, 400], Gen.Int[0, 9]).Array[1, 40].List[1, 12].SampleAsync(
        async batches =>
        {
            var log = await OpenAsync(fresh: true);
            var expected = new HashSet<string>();
            foreach (var (batch, i) in batches.Select((b, i) => (b, i)))
            {
                var result = await log.AppendAsync([.. batch.Select(e => ($"user-{e.Item2}", $"id-{e.Item1}"))]);
                Assert.Equal(string.Concat(batch.Select(e => expected.Add($"id-{e.Item1}") ? 'n' : 'd')), result);
                if (i % 5 == 4)
                    log = await ReopenAsync(log);
            }
            var events = await log.AllAsync();
            AssertDense(events);
            Assert.Equal(expected.Order(), events.Select(e => e.Event.MessageId).Order());
        },
        iter: Samples, threads: 1);

    [Fact]
    public async Task Read_FromAnyOffset_GoesOnWithoutGapOrDouble()
    {
        var log = await OpenAsync();
        for (var i = 0; i < 10; i++)
            await log.AppendAsync([.. Enumerable.Range(0, 7).Select(n => ("ann", $"{i}-{n}"))]);
        var all = await log.AllAsync();
        var partition = all[0].Partition;

        for (var from = 0; from < 70; from++)
        {
            var events = await log.TakeAsync(70 - from, new FeedPosition { Partition = partition, Offset = from });
            Assert.Equal(Enumerable.Range(from, 70 - from), events.Select(e => (int)e.Offset));
            Assert.Equal(all[from].Event, events[0].Event);
        }
    }

    [Fact]
    public async Task Read_WhileEventsAreAppended_SeesEachOnce()
    {
        var log = await OpenAsync();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => log.TakeAsync(300), Stop)).ToList();

        await Parallel.ForEachAsync(Enumerable.Range(0, 100), Stop, async (i, _) =>
            await log.AppendAsync((Invariant(i % 7), $"{i}-0"), ("b", $"{i}-1"), ("c", $"{i}-2")));

        foreach (var events in await Task.WhenAll(readers))
        {
            AssertDense(events);
            Assert.Equal(300, events.Select(e => e.Event.MessageId).Distinct().Count());
        }
    }

    [Fact]
    public async Task Read_SlowSubscriber_IsHandedBoundedBatches()
    {
        var log = await OpenAsync();
        for (var i = 0; i < 8; i++)
        {
            using var block = Blocks.Padded(30_000, [.. Enumerable.Range(0, 20).Select(n => ("ann", $"{i}-{n}"))]);
            await log.AppendAsync(block, Stop);
        }

        var seen = 0;
        await foreach (var batch in log.ReadAsync([], Stop))
        {
            Assert.True(batch.Events.Length < 4 * 1024 * 1024);
            seen += batch.Count;
            if (seen == 160)
                break;
        }
        Assert.Equal(160, seen);
    }

    [Fact]
    public async Task Read_Cancelled_Ends()
    {
        var log = await OpenAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var reading = log.ReadAsync([], stop.Token).GetAsyncEnumerator(stop.Token).MoveNextAsync().AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task Find_AnyPositionsInAnyOrder_GivesEachAsItLiesInTheLog()
    {
        var log = await OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            using var block = Blocks.Padded(10_000, [.. Enumerable.Range(0, 12).Select(n => (Invariant(n), $"{i}-{n}"))]);
            await log.AppendAsync(block, Stop);
        }
        var all = await log.AllAsync();
        await log.EraseAsync([At(all[7])], Stop);
        log = await ReopenAsync(log);
        var random = new Random(5);

        foreach (var count in new[] { 1, 3, 50, all.Count })
        {
            Fed[] wanted = [.. random.GetItems(all.ToArray(), count), all[7]];
            var found = await log.FindAsync([.. wanted.Select(At)], Stop);
            Assert.Equal(wanted.Select(w => w == all[7] ? new Event { Type = EventType.Erased } : w.Event), found);
        }
    }

    [Fact]
    public async Task Find_PositionsThatDoNotExist_GivesNull()
    {
        var log = await OpenAsync();
        await log.AppendAsync(("ann", "1"));
        var position = At(Assert.Single(await log.AllAsync()));

        var found = await log.FindAsync([new FeedPosition { Partition = position.Partition, Offset = 1 }, position, new FeedPosition { Partition = position.Partition, Offset = 5_000 }], Stop);

        Assert.Equal([null, "1", null], found.Select(e => e?.MessageId));
        Assert.Empty(await log.FindAsync([], Stop));
    }

    [Fact]
    public async Task Erase_SomeEvents_KeepsOffsetsAndOthersAndDeduplication()
    {
        var log = await OpenAsync();
        await log.AppendAsync([.. Enumerable.Range(0, 50).Select(i => ("ann", $"{i}"))]);
        await log.AppendAsync(("ann", "50"));
        var partition = (await log.AllAsync())[0].Partition;
        FeedPosition[] positions = [.. Enumerable.Range(0, 51).Where(i => i % 2 == 0).Select(i => new FeedPosition { Partition = partition, Offset = i })];

        // At the same time, and in pieces of one row: one erasure must not bring back what another took.
        var erased = await Task.WhenAll(positions.Chunk(5).Select(some => log.EraseAsync(some, Stop)));

        Assert.Equal(26, erased.Sum());
        Assert.Equal(0, await log.EraseAsync(positions, Stop));
        log = await ReopenAsync(log);
        var events = await log.AllAsync();
        AssertDense(events);
        Assert.All(events, e => Assert.Equal(e.Offset % 2 == 0, e.Event.Type == EventType.Erased));
        Assert.All(events.Where(e => e.Offset % 2 == 0), e => Assert.Equal(new Event { Type = EventType.Erased }, e.Event));
        Assert.Equal("dd", await log.AppendAsync(("ann", "0"), ("ann", "1")));
    }

    [Fact]
    public async Task Erase_PositionsThatDoNotExist_DoesNothing()
    {
        var log = await OpenAsync();
        await log.AppendAsync(("ann", "1"));

        FeedPosition[] beyond = [.. Enumerable.Range(0, log.Partitions).Select(p => new FeedPosition { Partition = p, Offset = 5_000 })];
        Assert.Equal(0, await log.EraseAsync(beyond, Stop));
        Assert.Equal("1", Assert.Single(await log.AllAsync()).Event.MessageId);
    }

    /// <summary>Opens the log, on fresh files where asked for.</summary>
    protected abstract Task<IEventLog> OpenAsync(bool fresh = false);

    /// <summary>Closes the log and opens it on the same files.</summary>
    protected abstract Task<IEventLog> ReopenAsync(IEventLog log);

    private protected static void AssertDense(IReadOnlyList<Fed> events)
    {
        foreach (var partition in events.GroupBy(e => e.Partition))
            Assert.Equal(Enumerable.Range(0, partition.Count()), partition.Select(e => (int)e.Offset));
    }

    private static FeedPosition At(Fed fed) => new() { Partition = fed.Partition, Offset = fed.Offset };

    private static string Invariant(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
