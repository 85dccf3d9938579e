using System.Diagnostics;
using Cdp.Collection.Log;
using Cdp.Collection.Tests.Fakes;
using Cdp.Engines;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Collection.Tests.Log;

/// <summary>Tests that break their broker: not the one of the others.</summary>
public sealed class KafkaFaultTests(KafkaEngine engine) : IClassFixture<KafkaEngine>, IAsyncLifetime
{
    private const int Senders = 8;
    private const int EventsOfEach = 40;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 10, 30, 0, TimeSpan.Zero));
    private KafkaLogs _kafka = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _kafka = new KafkaLogs(await engine.ConnectOwnAsync(Stop), _time);
        _kafka.Options.Timeout = TimeSpan.FromSeconds(3);
    }

    public async ValueTask DisposeAsync()
    {
        if (_kafka is not null)
            await _kafka.DisposeAsync();
    }

    [Fact]
    public async Task Append_BrokerIsKilledAndStartedAgain_KeepsEachAcknowledgedEventOnce() =>
        await SendThroughAsync(async () =>
        {
            await engine.KillAsync(Stop);
            await engine.StartAsync(Stop);
        });

    [Fact]
    public async Task Append_BrokerHangs_RefusesInTimeAndGoesOnAfterwards() =>
        await SendThroughAsync(async () =>
        {
            await engine.PauseAsync(Stop);
            await Task.Delay(TimeSpan.FromSeconds(8), Stop);
            await engine.ResumeAsync(Stop);
        });

    [Fact]
    public async Task Append_CommitIsTakenButNotAnswered_IsFoundOutAndCountsOnce()
    {
        await using var proxy = new KafkaProxy(_kafka.Brokers);
        _kafka.Brokers = proxy.Address;
        var log = await _kafka.OpenAsync();
        await log.AppendAsync(("ann", "1"));

        proxy.SilentAfterCommit = true;
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAsync(("ann", "2")));
        Assert.Equal(1, (await log.HeadsAsync(Stop)).Sum(h => h.Offset));
        proxy.Heal();

        // Nobody appends: the log finds out by itself, after its pause.
        var reading = log.TakeAsync(2);
        while (!reading.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(reading, Task.Delay(50, Stop));
        }
        Assert.Equal(["1", "2"], (await reading).Select(e => e.Event.MessageId));
        Assert.Equal("dn", await log.AppendAsync(("ann", "2"), ("ann", "3")));
        Assert.Equal(["1", "2", "3"], (await log.AllAsync()).Select(e => e.Event.MessageId));
    }

    [Fact]
    public async Task Append_BrokerAnswersSlowly_IsAcknowledged()
    {
        _kafka.Options.Timeout = TimeSpan.FromSeconds(10);
        await using var proxy = new KafkaProxy(_kafka.Brokers);
        _kafka.Brokers = proxy.Address;
        var log = await _kafka.OpenAsync();

        proxy.Delay = TimeSpan.FromMilliseconds(500);

        Assert.Equal("n", await log.AppendAsync(("ann", "1")));
        Assert.Equal("d", await log.AppendAsync(("ann", "1")));
    }

    private async Task SendThroughAsync(Func<Task> fault)
    {
        var log = await _kafka.OpenAsync();
        var acknowledged = 0;
        var underWay = new TaskCompletionSource();
        var longest = TimeSpan.Zero;
        var refusals = 0;
        async Task SendAsync(int sender)
        {
            for (var i = 0; i < EventsOfEach;)
            {
                var started = Stopwatch.GetTimestamp();
                try
                {
                    await log.AppendAsync(($"user-{sender}", $"{sender}-{i}"));
                    i++;
                    if (Interlocked.Increment(ref acknowledged) == Senders * 5)
                        underWay.SetResult();
                    // The rest goes out while the broker is away, and after.
                    if (i == EventsOfEach / 2)
                        await underWay.Task;
                }
                catch (LogUnavailableException)
                {
                    Interlocked.Increment(ref refusals);
                }
                lock (underWay)
                    longest = Stopwatch.GetElapsedTime(started) is var took && took > longest ? took : longest;
            }
        }

        var sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(sender), Stop)));
        await underWay.Task;
        await fault();
        await sending;

        Assert.True(longest < TimeSpan.FromSeconds(15), $"An append took {longest}.");
        var events = await log.TakeAsync(Senders * EventsOfEach);
        var expected = Enumerable.Range(0, Senders).SelectMany(s => Enumerable.Range(0, EventsOfEach).Select(i => $"{s}-{i}")).Order();
        Assert.Equal(expected, events.Select(e => e.Event.MessageId).Order());
        Assert.Equal(Senders * EventsOfEach, (await log.HeadsAsync(Stop)).Sum(h => h.Offset));
        await _kafka.CloseAsync(log);
        log = await _kafka.OpenAsync();
        Assert.Equal(expected, (await log.AllAsync()).Select(e => e.Event.MessageId).Order());
        TestContext.Current.SendDiagnosticMessage($"{refusals} refusals, the longest append took {longest}");
    }
}
