using Cdp.SegmentSearch.Tests.Fakes;

namespace Cdp.SegmentSearch.Tests.Writing;

/// <summary>What merges do to memberships: who skips the cause MERGE sees each person enter once and leave once.</summary>
public sealed class MembershipRoundTests
{
    [Fact]
    public async Task Merge_AbsorbedWasMember_MembershipMoves()
    {
        await using var stage = await StartAsync("""{"event":"Order Completed","count":{"op":"at_least","value":2}}""");
        Orders(stage, "a", 2);
        Orders(stage, "b", 1);
        await MergeAsync(stage, "a", "b");

        Assert.Equal(["b"], await stage.MembersAsync("s"));
        Assert.Equal(["+a Profile", "+b Merge a", "-a Merge b"], await stage.HistoryAsync("s"));
    }

    [Fact]
    public async Task Merge_BothWereMembers_OnlyTheAbsorbedLeaves()
    {
        await using var stage = await StartAsync("""{"event":"Order Completed"}""");
        Orders(stage, "a", 1);
        Orders(stage, "b", 1);
        await MergeAsync(stage, "a", "b");

        Assert.Equal(["b"], await stage.MembersAsync("s"));
        Assert.Equal("-a Merge b", (await stage.HistoryAsync("s"))[^1]);
        Assert.Equal(3, (await stage.HistoryAsync("s")).Length);
    }

    [Fact]
    public async Task Merge_NeitherWasMemberAndTogetherTheyAre_SurvivorEntersAsNew()
    {
        await using var stage = await StartAsync("""{"event":"Order Completed","count":{"op":"at_least","value":2}}""");
        Orders(stage, "a", 1);
        Orders(stage, "b", 1);
        await MergeAsync(stage, "a", "b");

        Assert.Equal(["+b Profile"], await stage.HistoryAsync("s"));
    }

    [Fact]
    public async Task Merge_TogetherTheyAreNoMember_PersonLeaves()
    {
        await using var stage = await StartAsync("""{"event":"Order Completed","count":{"op":"exactly","value":2}}""");
        Orders(stage, "a", 2);
        Orders(stage, "b", 1);
        await MergeAsync(stage, "a", "b");

        Assert.Empty(await stage.MembersAsync("s"));
        Assert.Equal(["+a Profile", "-a Profile b"], await stage.HistoryAsync("s"));
    }

    [Fact]
    public async Task Merge_TwiceInOneRound_NamesTheLastSurvivor()
    {
        await using var stage = await StartAsync("""{"event":"Order Completed"}""");
        Orders(stage, "a", 1);
        await stage.CaughtUpAsync();
        await stage.StopAsync();
        await stage.StartAgainAsync();
        stage.Profiles.Merge("a", "b");
        stage.Profiles.Merge("b", "c");
        await stage.CaughtUpAsync();

        Assert.Equal(["c"], await stage.MembersAsync("s"));
        var entries = (await stage.HistoryAsync("s")).Where(h => h[0] == '+' && !h.Contains("Merge", StringComparison.Ordinal));
        Assert.Equal(["+a Profile"], entries);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Erase_AfterMerge_LeavesNothing(bool inOneRound)
    {
        await using var stage = await StartAsync("""{"event":"Order Completed"}""");
        Orders(stage, "absorbed", 1);
        await stage.CaughtUpAsync();
        stage.Profiles.Merge("absorbed", "erased");
        if (!inOneRound)
            await stage.CaughtUpAsync();
        stage.Profiles.Erase("erased");
        await stage.CaughtUpAsync();

        Assert.Empty(await stage.MembersAsync("s"));
        Assert.DoesNotContain(await stage.HistoryAsync("s"), h => h.Contains("erased", StringComparison.Ordinal));
    }

    private static async Task<RunningStage> StartAsync(string condition)
    {
        var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("s", condition);
        return stage;
    }

    private static void Orders(RunningStage stage, string id, int count)
    {
        for (var i = 0; i < count; i++)
            stage.Profiles.Track(id, "Order Completed");
    }

    private static async Task MergeAsync(RunningStage stage, string absorbed, string survivor)
    {
        await stage.CaughtUpAsync();
        stage.Profiles.Merge(absorbed, survivor);
        await stage.CaughtUpAsync();
    }
}
