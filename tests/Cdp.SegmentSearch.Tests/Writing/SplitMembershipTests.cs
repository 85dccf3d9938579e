using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Tests.Fakes;

namespace Cdp.SegmentSearch.Tests.Writing;

/// <summary>What it does to memberships that a person is taken apart: who still meets the condition stays, all others change once.</summary>
public sealed class SplitMembershipTests
{
    [Fact]
    public async Task Split_BothMeetTheCondition_OneStaysAndTheOtherEnters()
    {
        await using var stage = await MergedAsync("""{"event":"Order Completed"}""");

        stage.Profiles.Split("b", "a", 1);
        await stage.CaughtUpAsync();

        Assert.Equal(["a", "b"], await stage.MembersAsync("s"));
        Assert.Equal(["+a Profile", "+b Profile", "-a Merge b", "+a Profile"], await stage.HistoryAsync("s"));
    }

    [Fact]
    public async Task Split_OnlyTogetherTheyMetIt_TheOneThatWasInLeaves()
    {
        await using var stage = await MergedAsync("""{"event":"Order Completed","count":{"op":"at_least","value":2}}""");

        stage.Profiles.Split("b", "a", 1);
        await stage.CaughtUpAsync();

        Assert.Empty(await stage.MembersAsync("s"));
        Assert.Equal(["+b Profile", "-b Profile"], await stage.HistoryAsync("s"));
    }

    [Fact]
    public async Task Split_NothingIsLeftOfTheFormer_LeavesAsOthersDo()
    {
        await using var stage = await MergedAsync("""{"event":"Order Completed","count":{"op":"at_least","value":2}}""");

        stage.Profiles.Split("b", "a", 2);
        await stage.CaughtUpAsync();

        Assert.Equal(["a"], await stage.MembersAsync("s"));
        Assert.Equal(["+b Profile", "-b Profile", "+a Profile"], await stage.HistoryAsync("s"));
    }

    [Fact]
    public async Task Split_AfterAMergeThatIsNotAppliedYet_LeavesBothWhereTheyAre()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("s", """{"event":"Order Completed"}""");
        stage.Profiles.Track("a", "Order Completed");
        stage.Profiles.Track("b", "Order Completed");
        await stage.CaughtUpAsync();
        stage.Profiles.GoAway();
        stage.Profiles.Merge("a", "b");
        stage.Profiles.Split("b", "a", 1);
        stage.Profiles.ComeBack();
        await stage.UntilWithTimeAsync(async () => (await stage.Client.GetStatusAsync(new GetStatusRequest(), cancellationToken: TestContext.Current.CancellationToken)).ProfileSequence == stage.Profiles.Sequence);

        Assert.Equal(["a", "b"], await stage.MembersAsync("s"));
        Assert.Equal(["+a Profile", "+b Profile"], await stage.HistoryAsync("s"));
    }

    [Fact]
    public async Task Split_TheEventsComeInPieces_NobodyLeavesInBetween()
    {
        await using var stage = await RunningStage.StartAsync();
        stage.Profiles.IsInPieces = true;
        await stage.CreateAsync("s", """{"event":"Order Completed","count":{"op":"at_least","value":2}}""");
        stage.Profiles.TrackMany("b", "Order Completed", 30);
        stage.Profiles.Track("a", "Order Completed");
        await stage.CaughtUpAsync();
        stage.Profiles.Merge("a", "b");
        await stage.CaughtUpAsync();

        stage.Profiles.Split("b", "a", 1);
        await stage.CaughtUpAsync();

        Assert.Equal(["+b Profile"], await stage.HistoryAsync("s"));
    }

    [Fact]
    public async Task Split_WhileTheStageWasAway_IsFoundAtTheStart()
    {
        await using var stage = await MergedAsync("""{"event":"Order Completed"}""");
        await stage.StopAsync();
        stage.Profiles.Split("b", "a", 1);
        await stage.StartAgainAsync();
        await stage.CaughtUpAsync();

        Assert.Equal(["a", "b"], await stage.MembersAsync("s"));
        Assert.Equal("+a Profile", (await stage.HistoryAsync("s"))[^1]);
        Assert.DoesNotContain("-b Profile", await stage.HistoryAsync("s"));
    }

    private static async Task<RunningStage> MergedAsync(string condition)
    {
        var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("s", condition);
        stage.Profiles.Track("a", "Order Completed");
        stage.Profiles.Track("b", "Order Completed");
        await stage.CaughtUpAsync();
        stage.Profiles.Merge("a", "b");
        await stage.CaughtUpAsync();
        return stage;
    }
}
