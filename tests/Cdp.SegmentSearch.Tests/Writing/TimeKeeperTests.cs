using Cdp.SegmentSearch.Tests.Fakes;

namespace Cdp.SegmentSearch.Tests.Writing;

public sealed class TimeKeeperTests
{
    private const string Recent = """{"event":"Order Completed","within":"30d"}""";

    [Fact]
    public async Task Advance_EventLeavesTheWindow_ProfileLeavesToTheSecond()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("recent", Recent);
        stage.Profiles.Track("a", "Order Completed", ago: TimeSpan.FromDays(10));
        await stage.CaughtUpAsync();

        stage.Time.Advance(TimeSpan.FromDays(20) - TimeSpan.FromSeconds(2));
        var before = await stage.MembersAsync("recent");
        stage.Time.Advance(TimeSpan.FromSeconds(3));
        await stage.UntilWithTimeAsync(async () => (await stage.MembersAsync("recent")).Length == 0);

        Assert.Equal(["a"], before);
        Assert.Equal(["+a Profile", "-a Time"], await stage.HistoryAsync("recent"));
    }

    [Fact]
    public async Task Advance_FutureEventIsReachedAndPasses_ProfileEntersAndLeaves()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("recent", Recent);
        stage.Profiles.Track("a", "Order Completed", ago: TimeSpan.FromDays(-1));
        await stage.CaughtUpAsync();

        var before = await stage.MembersAsync("recent");
        stage.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        await stage.UntilWithTimeAsync(async () => (await stage.MembersAsync("recent")).Length == 1);
        stage.Time.Advance(TimeSpan.FromDays(30));
        await stage.UntilWithTimeAsync(async () => (await stage.MembersAsync("recent")).Length == 0);

        Assert.Empty(before);
        Assert.Equal(["+a Time", "-a Time"], await stage.HistoryAsync("recent"));
    }

    [Fact]
    public async Task Advance_AfterRestart_StillKnowsWhen()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("recent", Recent);
        await stage.CreateAsync("lapsed", """{"and":[{"event":"Order Completed"},{"not":{"segment":"recent"}}]}""");
        stage.Profiles.Track("a", "Order Completed");
        await stage.CaughtUpAsync();
        await stage.StartAgainAsync();
        await stage.CaughtUpAsync();

        stage.Time.Advance(TimeSpan.FromDays(30) + TimeSpan.FromSeconds(1));
        await stage.UntilWithTimeAsync(async () => (await stage.MembersAsync("lapsed")).Length == 1);

        Assert.Equal(["+a Profile", "-a Time"], await stage.HistoryAsync("recent"));
        Assert.Equal(["+a Time"], await stage.HistoryAsync("lapsed"));
    }

    [Fact]
    public async Task Advance_DateTraitLeavesItsWindow_ProfileLeaves()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("new", """{"trait":"signed_up_at","op":"within_last","value":"7d"}""");
        stage.Profiles.Identify("a", ("signed_up_at", "\"2026-02-25\""));
        await stage.CaughtUpAsync();

        var before = await stage.MembersAsync("new");
        stage.Time.Advance(TimeSpan.FromDays(4));
        await stage.UntilWithTimeAsync(async () => (await stage.MembersAsync("new")).Length == 0);

        Assert.Equal(["a"], before);
        Assert.Equal(["+a Profile", "-a Time"], await stage.HistoryAsync("new"));
    }
}
