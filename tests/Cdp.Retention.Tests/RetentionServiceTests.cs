using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Cdp.Retention.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Retention.Tests;

public sealed class RetentionServiceTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_OldRows_GoInBatchesAndNewerStay()
    {
        using var rows = new AgingRows(TimeSpan.FromDays(30), _time);
        rows.Add(_time.GetUtcNow().AddDays(-31), 2_500);
        rows.Add(_time.GetUtcNow().AddDays(-29), 3);
        var asked = await StartAsync(rows);

        foreach (var left in new[] { 2_503, 1_503, 503, 3 })
            Assert.Equal(left, (await asked.ReadAsync(Stop)).Left);

        await rows.StopAsync(Stop);
        Assert.Equal(3, rows.Left.Count);
    }

    [Fact]
    public async Task Start_AnHourLater_RunsAgain()
    {
        using var rows = new AgingRows(TimeSpan.FromDays(30), _time);
        var asked = await StartAsync(rows);
        var first = await asked.ReadAsync(Stop);
        Assert.Equal(_time.GetUtcNow().AddDays(-30).ToUnixTimeMilliseconds(), first.Before);

        var second = await AfterAsync(TimeSpan.FromHours(1), asked);

        Assert.InRange(second.Before - first.Before, TimeSpan.FromHours(1).TotalMilliseconds, double.MaxValue);
        await rows.StopAsync(Stop);
    }

    [Fact]
    public async Task Start_StoreFails_TriesAgainAMinuteLater()
    {
        var time = new WatchedTime();
        using var rows = new AgingRows(TimeSpan.FromDays(30), time);
        rows.Add(time.GetUtcNow().AddDays(-31), 1);
        var calls = 0;
        var asked = await StartAsync(rows, () => ++calls == 1 ? throw new IOException("away") : Task.CompletedTask);

        Assert.Equal(TimeSpan.FromMinutes(1), await time.Waits.ReadAsync(Stop));
        time.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 3; i++)
            await asked.ReadAsync(Stop);

        Assert.Equal(TimeSpan.FromHours(1), await time.Waits.ReadAsync(Stop));
        await rows.StopAsync(Stop);
        Assert.Empty(rows.Left);
    }

    [Fact]
    public async Task Start_NoAge_EndsWithoutAQuestion()
    {
        using var rows = new AgingRows(null, _time);
        rows.Add(DateTimeOffset.UnixEpoch, 1);

        await rows.StartAsync(Stop);
        await rows.ExecuteTask!;

        Assert.Single(rows.Left);
    }

    [Fact]
    public async Task Start_Removed_IsCounted()
    {
        var counted = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "cdp.retention.removed")
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, some, tags, _) => Interlocked.Add(ref counted, tags.ToArray().Contains(new("what", "counted")) ? some : 0));
        listener.Start();
        using var rows = new AgingRows(TimeSpan.FromDays(30), _time, "counted");
        rows.Add(_time.GetUtcNow().AddDays(-31), 1_200);
        var asked = await StartAsync(rows);
        for (var i = 0; i < 3; i++)
            await asked.ReadAsync(Stop);

        await rows.StopAsync(Stop);

        Assert.Equal(1_200, counted);
    }

    private static async Task<ChannelReader<(long Before, int Left)>> StartAsync(AgingRows rows, Func<Task>? then = null)
    {
        var asked = Channel.CreateUnbounded<(long Before, int Left)>();
        rows.Asked = before =>
        {
            asked.Writer.TryWrite((before, rows.Left.Count));
            return then?.Invoke() ?? Task.CompletedTask;
        };
        await rows.StartAsync(Stop);
        return asked.Reader;
    }

    // It may begin to wait only after the clock went on: then it needs to be moved again.
    private async Task<(long Before, int Left)> AfterAsync(TimeSpan pause, ChannelReader<(long Before, int Left)> asked)
    {
        (long Before, int Left) next;
        do
        {
            _time.Advance(pause);
            await Task.Yield();
        }
        while (!asked.TryRead(out next));
        return next;
    }
}
