using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Consuming;
using Cdp.Profile.Store;
using Cdp.Profile.Tests.Fakes;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cdp.Profile.Tests.Unmerging;

public sealed class UnmergerTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeIdentity _identity = new();
    private ProfileStage _stage;

    public UnmergerTests() => _stage = new ProfileStage(_directory.Path, _identity);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _stage.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Unmerge_OfAMerge_GivesBothProfilesBackEachWithItsOwn()
    {
        await MergeAsync();
        Assert.Equal(1, await _stage.Store.CountAsync(Stop));

        var answer = await _stage.Unmerger.UnmergeAsync(new UnmergeRequest { Merge = 1 }, Stop);

        Assert.Equal(2, answer.Split);
        Assert.Equal(["p0001", "p0002"], answer.Profiles.Select(p => p.Id));
        Assert.Equal([3L, 1L], answer.Profiles.Select(p => p.EventCount));
        Assert.Equal(["\"ann\"", "\"bob\""], answer.Profiles.Select(p => p.Traits.Single(t => t.Name == "name").Json));
        Assert.True(answer.Profiles[0].Version > 3);
        Assert.Empty(answer.Profiles[0].AbsorbedIds);
        Assert.Equal("m-2", Assert.Single((await _stage.Store.ListEventsAsync("p0002", 10, "", Stop)).Events).MessageId);
        await _stage.WriteAsync(0, LogEvents.Identify("", "{}", 9, "bobs"));
        Assert.Equal(2, Assert.Single(await _stage.Store.LoadAsync(["p0002"], Stop)).Document.EventCount);
    }

    [Fact]
    public async Task Unmerge_AfterAllEventsWereForgotten_GivesBothProfilesBack()
    {
        await MergeAsync();
        Assert.Equal(4, await _stage.Store.PruneTimelineAsync(long.MaxValue, 10, Stop));

        var answer = await _stage.Unmerger.UnmergeAsync(new UnmergeRequest { Merge = 1 }, Stop);

        Assert.Equal([3L, 1L], answer.Profiles.Select(p => p.EventCount));
        Assert.Equal(["\"ann\"", "\"bob\""], answer.Profiles.Select(p => p.Traits.Single(t => t.Name == "name").Json));
        Assert.Empty((await _stage.Store.ListEventsAsync("p0002", 10, "", Stop)).Events);
        Assert.Single(await _stage.Store.EventPositionsAsync("p0002", Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task Unmerge_OfAnIdentifierWithoutEventsOfItsOwn_LeavesItOut()
    {
        await _stage.WriteAsync(0, LogEvents.Identify("ann", "{}", 1, "phone"));

        var answer = await _stage.Unmerger.UnmergeAsync(new UnmergeRequest { Identifier = new Identifier { Type = "anonymous_id", Value = "phone" } }, Stop);

        Assert.Equal("p0001", Assert.Single(answer.Profiles).Id);
        Assert.Equal("ann", Assert.Single(answer.Profiles[0].Identifiers).Identifier.Value);
        Assert.Equal(1, await _stage.Store.CountAsync(Stop));
    }

    [Fact]
    public async Task Unmerge_NothingIsNamedOrItIsEmpty_NamesTheFields()
    {
        Assert.Equal([""], await FieldsAsync(new UnmergeRequest()));
        Assert.Equal(["merge"], await FieldsAsync(new UnmergeRequest { Merge = -1 }));
        Assert.Equal(["identifier.type", "identifier.value"], await FieldsAsync(new UnmergeRequest { Identifier = new Identifier() }));
        Assert.Equal(["identifier.value"], await FieldsAsync(new UnmergeRequest { Identifier = new Identifier { Type = "email", Value = new string('x', 513) } }));
    }

    [Fact]
    public async Task Unmerge_OfWhatIsNot_IsNotFoundAndKeepsMemory()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => _stage.Unmerger.UnmergeAsync(new UnmergeRequest { Merge = 7 }, Stop));

        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
    }

    [Fact]
    public async Task Unmerge_EventsAreInTheLogNoLonger_IsRefusedBeforeIdentityIsAsked()
    {
        await MergeAsync();
        _stage.Log.Log.Remove(new FeedPosition { Offset = 1 });

        var failure = await Assert.ThrowsAsync<RpcException>(() => _stage.Unmerger.UnmergeAsync(new UnmergeRequest { Merge = 1 }, Stop));

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Contains("0-1", failure.Status.Detail, StringComparison.Ordinal);
        await _stage.WriteAsync(0, LogEvents.Identify("", "{}", 9, "bobs"));
        Assert.Equal(5, Assert.Single(await _stage.Store.LoadAsync(["p0002"], Stop)).Document.EventCount);
    }

    [Fact]
    public async Task Unmerge_TooManyEvents_SaysHowManyBeforeIdentityIsAsked()
    {
        await MergeAsync();
        var stored = Assert.Single(await _stage.Store.LoadAsync(["p0001"], Stop));
        stored.Document.EventCount = 100_001;
        stored.Document.Version++;
        var positions = await _stage.Store.PositionsAsync(Stop);
        var commit = new ProfileCommit { Positions = positions with { Feed = positions.Feed + 1 } };
        commit.Profiles.Add((stored, positions.Feed + 1));
        await _stage.Store.CommitAsync(commit, Stop);

        var failure = await Assert.ThrowsAsync<RpcException>(() => _stage.Unmerger.UnmergeAsync(new UnmergeRequest { Merge = 1 }, Stop));

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Contains("100001", failure.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("100000", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unmerge_AnEventWasErasedInTheLog_IsOnNoTimeline()
    {
        await MergeAsync();
        _stage.Log.Log[new FeedPosition { Offset = 0 }] = new Event { Type = EventType.Erased };

        var answer = await _stage.Unmerger.UnmergeAsync(new UnmergeRequest { Merge = 1 }, Stop);

        Assert.Equal([2L, 1L], answer.Profiles.Select(p => p.EventCount));
        Assert.Equal([3L, 2L], (await _stage.Store.ListEventsAsync("p0001", 10, "", Stop)).Events.Select(e => e.Position.Offset));
    }

    [Fact]
    public async Task Unmerge_IdentityDiesBeforeItAnswers_CarriesThroughWhatItDid()
    {
        await MergeAsync();
        _identity.LosesAnswers = true;

        var failure = await Assert.ThrowsAsync<RpcException>(() => _stage.Unmerger.UnmergeAsync(new UnmergeRequest { Merge = 1 }, Stop));

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        var profiles = await _stage.Store.LoadAsync(["p0001", "p0002"], Stop);
        Assert.Equal([("p0001", 3L), ("p0002", 1L)], profiles.Select(p => (p.Document.Id, p.Document.EventCount)));
    }

    /// <summary>Identity has split, and the process ends before the profiles are stored: without an event they are taken apart.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Consume_AfterACrashBetweenIdentityAndProfiles_AppliesTheSplitOnce(bool isStored)
    {
        await MergeAsync();
        await _stage.Writer.SplitAsync(new Contracts.Identity.V1.SplitPersonRequest { Merge = 1 }, Stop);
        if (isStored)
        {
            _stage.Store.FailAfter = true;
            await Assert.ThrowsAsync<IOException>(() => _stage.Writer.WriteAsync(Round.Empty(), replayed: null, Stop));
        }
        await _stage.DisposeAsync();

        _stage = new ProfileStage(_directory.Path, _identity, _stage.Log);
        using var consumer = new EventConsumer(
            _stage.Log.Client(), new FakeRules().Client(), _stage.Writer, Options.Create(new ProfileOptions()), TimeProvider.System, NullLogger<EventConsumer>.Instance);
        await consumer.StartAsync(Stop);
        await foreach (var batch in _stage.Feed.ReadAsync(0, Stop))
        {
            if ((await _stage.Store.PositionsAsync(Stop)).Merge == 2)
                break;
        }
        await consumer.StopAsync(Stop);

        var profiles = await _stage.Store.LoadAsync(["p0001", "p0002"], Stop);
        Assert.Equal([("p0001", 3L), ("p0002", 1L)], profiles.Select(p => (p.Document.Id, p.Document.EventCount)));
        Assert.Equal(4, (await _stage.Store.ListEventsAsync("p0001", 10, "", Stop)).Events.Count + (await _stage.Store.ListEventsAsync("p0002", 10, "", Stop)).Events.Count);
    }

    // Ann and bob, who are one person by an event that should not have counted.
    private async Task MergeAsync()
    {
        await _stage.WriteAsync(0, LogEvents.Identify("ann", """{"name":"ann"}""", 1), LogEvents.Identify("", """{"name":"bob"}""", 2, "bobs"));
        await _stage.WriteAsync(0, LogEvents.Track("ann", "Ordered", 3));
        await _stage.WriteAsync(0, LogEvents.Identify("ann", "{}", 4, "bobs"));
    }

    private async Task<IEnumerable<string>> FieldsAsync(UnmergeRequest request) =>
        Failure.FieldErrors(await Assert.ThrowsAsync<RpcException>(() => _stage.Unmerger.UnmergeAsync(request, Stop))).Select(e => e.Field);
}
