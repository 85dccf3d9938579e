using Cdp.SegmentSearch.Tests.Fakes;

namespace Cdp.SegmentSearch.Tests.Writing;

public sealed class ProfileChangeConsumerTests
{
    private const string ThreeOrders = """{"event":"Order Completed","count":{"op":"at_least","value":3}}""";

    [Fact]
    public async Task Consume_ThirdEventArrives_ProfileEntersOnce()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("three", ThreeOrders);

        for (var i = 0; i < 4; i++)
            stage.Profiles.Track("a", "Order Completed");
        stage.Profiles.Track("b", "Order Completed");
        await stage.CaughtUpAsync();

        Assert.Equal(["a"], await stage.MembersAsync("three"));
        Assert.Equal(["+a Profile"], await stage.HistoryAsync("three"));
    }

    [Fact]
    public async Task Consume_TraitChangesAndGoes_ProfileEntersAndLeaves()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("pro", """{"trait":"plan","op":"equals","value":"pro"}""");

        stage.Profiles.Identify("a", ("plan", "\"free\""), ("age", "30"));
        stage.Profiles.Identify("a", ("plan", "\"pro\""));
        await stage.CaughtUpAsync();
        var entered = await stage.MembersAsync("pro");
        stage.Profiles.Identify("a", ("plan", null));
        await stage.CaughtUpAsync();

        Assert.Equal(["a"], entered);
        Assert.Empty(await stage.MembersAsync("pro"));
        Assert.Equal(["+a Profile", "-a Profile"], await stage.HistoryAsync("pro"));
    }

    [Fact]
    public async Task Consume_ReferredSegmentChanges_DependentFollowsInTheSameRound()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("z-base", """{"event":"Order Completed"}""");
        await stage.CreateAsync("a-dependent", """{"not":{"segment":"z-base"}}""");

        stage.Profiles.Track("a", "Other");
        await stage.CaughtUpAsync();
        stage.Profiles.Track("a", "Order Completed");
        await stage.CaughtUpAsync();

        Assert.Equal(["+a Profile", "-a Profile"], await stage.HistoryAsync("a-dependent"));
    }

    [Fact]
    public async Task Consume_ProfileStageComesBack_GoesOnWithoutScanningAgain()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("three", ThreeOrders);
        stage.Profiles.Track("a", "Order Completed");
        stage.Profiles.Track("a", "Order Completed");
        await stage.CaughtUpAsync();

        stage.Profiles.GoAway();
        stage.Profiles.Track("a", "Order Completed");
        stage.Profiles.ComeBack();
        await RunningStage.UntilAsync(async () =>
        {
            stage.Time.Advance(TimeSpan.FromSeconds(1));
            return (await stage.MembersAsync("three")).Length == 1;
        });

        Assert.Equal(1, stage.Profiles.Scans);
        Assert.Equal(["+a Profile"], await stage.HistoryAsync("three"));
    }

    [Fact]
    public async Task Start_ProfilesChangedMeanwhile_RecordsTheDifferenceOnce()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("three", ThreeOrders);
        for (var i = 0; i < 3; i++)
            stage.Profiles.Track("a", "Order Completed");
        for (var i = 0; i < 3; i++)
            stage.Profiles.Track("gone", "Order Completed");
        for (var i = 0; i < 3; i++)
            stage.Profiles.Track("absorbed", "Order Completed");
        await stage.CaughtUpAsync();
        await stage.StopAsync();

        for (var i = 0; i < 3; i++)
            stage.Profiles.Track("b", "Order Completed");
        stage.Profiles.Merge("absorbed", "survivor");
        stage.Profiles.Erase("gone");
        await stage.StartAgainAsync();
        await stage.CaughtUpAsync();

        Assert.Equal(["a", "b", "survivor"], await stage.MembersAsync("three"));
        Assert.Equal(
            ["+a Profile", "+absorbed Profile", "+b Profile", "+survivor Merge absorbed", "-absorbed Merge survivor"],
            (await stage.HistoryAsync("three")).Order(StringComparer.Ordinal));
        Assert.False(stage.FilesHold("gone"));

        await stage.StartAgainAsync();
        await stage.CaughtUpAsync();

        Assert.Equal(5, (await stage.HistoryAsync("three")).Length);
    }
}
