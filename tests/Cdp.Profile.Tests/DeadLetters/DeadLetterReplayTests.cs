using Cdp.Contracts.Collection.V1;
using Cdp.Profile.DeadLetters;
using Cdp.Profile.Tests.Fakes;
using Grpc.Core;

namespace Cdp.Profile.Tests.DeadLetters;

public sealed class DeadLetterReplayTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeCollection _collection = new();
    private readonly ProfileStage _stage;
    private readonly DeadLetterReplay _replay;

    public DeadLetterReplayTests()
    {
        _stage = new ProfileStage(_directory.Path, new FakeIdentity());
        _replay = new DeadLetterReplay(_collection.Client(), _stage.Writer, new FakeRules().Client(), _stage.Store, _stage.Time);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _stage.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Replay_EventThatCanBeReadNow_IsAppliedOnceAndTakenOffTheList()
    {
        await SetAsideAsync();
        _collection.Put(LogEvents.Batch(0, 1, LogEvents.Track("ann", "Late"), LogEvents.Track("ann", "After")));

        Assert.Equal("p0001", await _replay.ReplayAsync("0-1", Stop));

        var profile = Assert.Single(await _stage.Store.LoadAsync(["p0001"], Stop)).Document;
        Assert.Equal(3, profile.EventCount);
        Assert.Empty((await _stage.Store.ListDeadLettersAsync(10, "", Stop)).DeadLetters);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => _replay.ReplayAsync("0-1", Stop))).StatusCode);
    }

    [Fact]
    public async Task Replay_EventThatStillCannotBeRead_StaysOnTheList()
    {
        await SetAsideAsync();
        _collection.Put(LogEvents.Batch(0, 1, LogEvents.Make(EventType.Track, "no json", "ann")));

        var failure = await Assert.ThrowsAsync<RpcException>(() => _replay.ReplayAsync("0-1", Stop));

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Single((await _stage.Store.ListDeadLettersAsync(10, "", Stop)).DeadLetters);
    }

    [Theory]
    [InlineData("nonsense", StatusCode.InvalidArgument)]
    [InlineData("0-99", StatusCode.NotFound)]
    public async Task Replay_IdIsWrong_SaysSo(string id, StatusCode expected) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<RpcException>(() => _replay.ReplayAsync(id, Stop))).StatusCode);

    private Task SetAsideAsync() =>
        _stage.WriteAsync(0, LogEvents.Track("ann", "Before"), LogEvents.Make(EventType.Track, "no json", "ann"), LogEvents.Track("ann", "After"));
}
