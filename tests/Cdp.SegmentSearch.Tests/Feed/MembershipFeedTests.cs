using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Tests.Fakes;

namespace Cdp.SegmentSearch.Tests.Feed;

public sealed class MembershipFeedTests
{
    private const string Ordered = """{"event":"Order Completed"}""";

    [Fact]
    public async Task Read_FromZeroAfterRestart_GivesEverythingInOrderThenWhatComes()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("s", Ordered);
        for (var i = 0; i < 3; i++)
            stage.Profiles.Track($"p{i}", "Order Completed");
        await stage.CaughtUpAsync();
        await stage.StartAgainAsync();
        await stage.CaughtUpAsync();

        using var feed = Subscribe(stage, 0);
        var stored = await ReadAsync(feed, 3);
        stage.Profiles.Track("late", "Order Completed");
        var late = await ReadAsync(feed, 1);

        Assert.Equal([1, 2, 3], stored.Select(c => c.Sequence));
        Assert.Equal((4, "late"), (late[0].Sequence, late[0].ProfileId));
    }

    [Fact]
    public async Task Read_ProfileIsErased_SubscriberIsToldAndTheStoreForgets()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("s", Ordered);
        stage.Profiles.Track("secret-a", "Order Completed");
        stage.Profiles.Track("b", "Order Completed");
        await stage.CaughtUpAsync();
        using var feed = Subscribe(stage, 0);
        await ReadAsync(feed, 2);

        await stage.Client.EraseProfileAsync(new EraseProfileRequest { ProfileIds = { "secret-a", "never-seen" } }, cancellationToken: TestContext.Current.CancellationToken);
        var told = await ReadAsync(feed, 1);

        Assert.Equal("-secret-a Erasure", RunningStage.Describe(told[0]));
        Assert.Equal(["b"], await stage.MembersAsync("s"));
        Assert.Equal(["+b Profile"], await stage.HistoryAsync("s"));
        Assert.False(stage.FilesHold("secret-a"));
    }

    [Fact]
    public async Task Read_LatestChangeWasErased_LaggardStillReachesTheHead()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("s", Ordered);
        stage.Profiles.Track("a", "Order Completed");
        await stage.CaughtUpAsync();
        stage.Profiles.Erase("a");
        await stage.CaughtUpAsync();
        await stage.StartAgainAsync();
        await stage.CaughtUpAsync();

        using var feed = Subscribe(stage, 0);
        Assert.True(await feed.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        Assert.Empty(feed.ResponseStream.Current.Changes);
        Assert.Equal((2, 2), (feed.ResponseStream.Current.Sequence, feed.ResponseStream.Current.Head));
    }

    private static Grpc.Core.AsyncServerStreamingCall<MembershipChangeBatch> Subscribe(RunningStage stage, long after) =>
        stage.Client.Subscribe(new SubscribeRequest { After = after }, cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<List<MembershipChange>> ReadAsync(Grpc.Core.AsyncServerStreamingCall<MembershipChangeBatch> feed, int count)
    {
        var changes = new List<MembershipChange>();
        while (changes.Count < count && await feed.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            changes.AddRange(feed.ResponseStream.Current.Changes);
        return changes;
    }
}
