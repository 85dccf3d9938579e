using Cdp.Retention;
using Cdp.SegmentSearch.Segments;
using Cdp.SegmentSearch.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.SegmentSearch.Tests.Retention;

/// <summary>Conditions count no events that are older than timelines are kept, whether the profile stage has forgotten them yet or not.</summary>
public sealed class EventRetentionTests
{
    private const string TwiceEver = """{"event":"Order Completed","count":{"op":"at_least","value":2}}""";
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    [Fact]
    public async Task Stage_RestartedAfterEventsWereForgotten_AnswersAsBefore()
    {
        await using var stage = await StartAsync();
        await stage.CreateAsync("twice", TwiceEver);
        await stage.CreateAsync("never", """{"event":"Order Completed","within":"365d","count":{"op":"exactly","value":0}}""");
        foreach (var (id, days) in new[] { ("a", 29), ("a", 28), ("b", 40), ("b", 1), ("c", 31), ("c", 32) })
            stage.Profiles.Track(id, "Order Completed", ago: TimeSpan.FromDays(days));
        await stage.CaughtUpAsync();
        var (twice, never, history) = (await stage.MembersAsync("twice"), await stage.MembersAsync("never"), await stage.HistoryAsync("twice"));
        Assert.Equal(["a"], twice);
        Assert.Equal(["c"], never);

        stage.Profiles.Prune(stage.Time.GetUtcNow() - Kept);
        await stage.StartAgainAsync();
        await stage.CaughtUpAsync();

        Assert.Equal(twice, await stage.MembersAsync("twice"));
        Assert.Equal(never, await stage.MembersAsync("never"));
        Assert.Equal(history, await stage.HistoryAsync("twice"));
    }

    [Fact]
    public async Task Stage_EventBecomesTooOld_ProfileLeavesByTime()
    {
        await using var stage = await StartAsync();
        await stage.CreateAsync("twice", TwiceEver);
        stage.Profiles.Track("a", "Order Completed", ago: TimeSpan.FromDays(10));
        stage.Profiles.Track("a", "Order Completed", ago: TimeSpan.FromDays(5));
        await stage.CaughtUpAsync();

        stage.Time.Advance(TimeSpan.FromDays(20) - TimeSpan.FromSeconds(2));
        var before = await stage.MembersAsync("twice");
        stage.Time.Advance(TimeSpan.FromSeconds(3));
        await stage.UntilWithTimeAsync(async () => (await stage.MembersAsync("twice")).Length == 0);

        Assert.Equal(["a"], before);
        Assert.Equal(["+a Profile", "-a Time"], await stage.HistoryAsync("twice"));
    }

    [Fact]
    public async Task Stage_ManyEventsAreTooOld_GivesTheirMemoryBack()
    {
        await using var stage = await StartAsync();
        stage.Profiles.TrackMany("a", "Page Viewed", 1_500);
        stage.Time.Advance(TimeSpan.FromDays(20));
        stage.Profiles.TrackMany("a", "Page Viewed", 100);
        await stage.CaughtUpAsync();
        var index = stage.Get<SegmentState>().Index;
        Assert.Equal(1_600, index.Read(() => index.FindEvents("Page Viewed")!.Rows));

        stage.Time.Advance(TimeSpan.FromDays(11));
        await RunningStage.UntilAsync(() =>
        {
            stage.Time.Advance(TimeSpan.FromHours(1));
            return Task.FromResult(index.Read(() => index.FindEvents("Page Viewed")!.Rows) <= 100);
        });
    }

    private static Task<RunningStage> StartAsync() =>
        RunningStage.StartAsync(builder => builder.Services.AddSingleton(new RetentionAges { Timeline = Kept }));
}
