using Cdp.Contracts.Failures;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Tests.Fakes;
using Grpc.Core;

namespace Cdp.SegmentSearch.Tests.Segments;

public sealed class SegmentEditorTests
{
    private const string Ordered = """{"event":"Order Completed"}""";

    [Fact]
    public async Task Create_ProfilesAreThere_HoldsThemWhenItAnswers()
    {
        await using var stage = await RunningStage.StartAsync();
        stage.Profiles.Track("a", "Order Completed");
        stage.Profiles.Track("b", "Other");
        await stage.CaughtUpAsync();

        var created = await stage.CreateAsync("ordered", Ordered);

        Assert.Equal((1, "ordered", Ordered), (created.Size, created.Name, created.Condition));
        Assert.Equal(["+a Definition"], await stage.HistoryAsync("ordered"));
        await stage.StartAgainAsync();
        await stage.CaughtUpAsync();
        Assert.Equal(["a"], await stage.MembersAsync("ordered"));
    }

    [Fact]
    public async Task Create_WhileEventsArrive_MissesNoneAndDoublesNone()
    {
        await using var stage = await RunningStage.StartAsync();
        var events = Task.Run(() =>
        {
            for (var i = 0; i < 2_000; i++)
                stage.Profiles.Track($"p{i:0000}", "Order Completed");
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 5; i++)
            await stage.CreateAsync($"s{i}", Ordered);
        await events;
        await stage.CaughtUpAsync();

        for (var i = 0; i < 5; i++)
        {
            var segment = await stage.Client.GetSegmentAsync(new GetSegmentRequest { Key = $"s{i}" }, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(2_000, segment.Size);
        }
        var status = await stage.Client.GetStatusAsync(new GetStatusRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(10_000, status.Sequence);
    }

    [Fact]
    public async Task Create_EverythingIsWrong_NamesItAll()
    {
        await using var stage = await RunningStage.StartAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => stage.CreateAsync("Not A Key", """{"or":[{"segment":"none"},{"trait":"a","op":"resembles"}]}"""));

        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
        Assert.Equal(["key", "condition.or[0].segment", "condition.or[1].op"], Failure.FieldErrors(failure).Select(e => e.Field));
    }

    [Fact]
    public async Task Create_KeyIsTaken_IsRefused()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("s", Ordered);

        var failure = await Assert.ThrowsAsync<RpcException>(() => stage.CreateAsync("s", Ordered));

        Assert.Equal(StatusCode.AlreadyExists, failure.StatusCode);
    }

    [Fact]
    public async Task Update_ConditionChanges_RecordsWhoEntersAndLeavesHereAndInDependents()
    {
        await using var stage = await RunningStage.StartAsync();
        stage.Profiles.Track("a", "Order Completed");
        stage.Profiles.Track("b", "Other");
        await stage.CaughtUpAsync();
        await stage.CreateAsync("base", Ordered);
        await stage.CreateAsync("dependent", """{"segment":"base"}""");

        var updated = await stage.Client.UpdateSegmentAsync(
            new UpdateSegmentRequest { Key = "base", Condition = """{"event":"Other"}""" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, updated.Size);
        Assert.Equal(["b"], await stage.MembersAsync("base"));
        Assert.Equal(["b"], await stage.MembersAsync("dependent"));
        Assert.Equal(["+a Definition", "-a Definition", "+b Definition"], await stage.HistoryAsync("dependent"));
    }

    [Fact]
    public async Task Update_OnlyTheName_KeepsTheMembers()
    {
        await using var stage = await RunningStage.StartAsync();
        stage.Profiles.Track("a", "Order Completed");
        await stage.CaughtUpAsync();
        await stage.CreateAsync("s", Ordered);

        var updated = await stage.Client.UpdateSegmentAsync(new UpdateSegmentRequest { Key = "s", Name = "Buyers" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(("Buyers", Ordered, 1), (updated.Name, updated.Condition, updated.Size));
        Assert.Single(await stage.HistoryAsync("s"));
    }

    [Fact]
    public async Task Update_ReferenceLeadsBack_NamesThePlace()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("a", Ordered);
        await stage.CreateAsync("b", """{"segment":"a"}""");
        await stage.CreateAsync("c", """{"not":{"segment":"b"}}""");

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await stage.Client.UpdateSegmentAsync(
            new UpdateSegmentRequest { Key = "a", Condition = """{"and":[{"segment":"c"}]}""" }, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(["condition.and[0].segment"], Failure.FieldErrors(failure).Select(e => e.Field));
    }

    [Fact]
    public async Task Delete_AnotherRefersToIt_IsRefusedUntilThatIsGone()
    {
        await using var stage = await RunningStage.StartAsync();
        await stage.CreateAsync("a", Ordered);
        await stage.CreateAsync("b", """{"segment":"a"}""");

        var failure = await Assert.ThrowsAsync<RpcException>(() => DeleteAsync(stage, "a"));
        await DeleteAsync(stage, "b");
        await DeleteAsync(stage, "a");

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        var left = await stage.Client.ListSegmentsAsync(new ListSegmentsRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty(left.Segments);
    }

    private static async Task DeleteAsync(RunningStage stage, string key) =>
        await stage.Client.DeleteSegmentAsync(new DeleteSegmentRequest { Key = key }, cancellationToken: TestContext.Current.CancellationToken);
}
