using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Tests.Fakes;

namespace Cdp.Profile.Tests.Consuming;

public sealed class ProfileWriterTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeIdentity _identity = new();
    private ProfileStage _stage;

    public ProfileWriterTests() => _stage = new ProfileStage(_directory.Path, _identity);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _stage.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Write_EventsOfAPerson_MakesOneProfileWithTimelineAndCounts()
    {
        await _stage.WriteAsync(0, LogEvents.Identify("ann", """{"plan":"free"}""", LogEvents.Noon), LogEvents.Track("ann", "Ordered", LogEvents.Noon + 5, """{"revenue":9}"""));
        await _stage.WriteAsync(1, LogEvents.Identify("ann", """{"plan":"pro"}""", LogEvents.Noon + 9));

        var profile = await ProfileAsync("p0001");
        Assert.Equal(3, profile.EventCount);
        Assert.Equal("\"pro\"", Assert.Single(profile.Traits).Json);
        Assert.Equal((LogEvents.Noon, LogEvents.Noon + 9), (profile.FirstSeen, profile.LastSeen));
        Assert.Equal("ann", Assert.Single(profile.Identifiers).Identifier.Value);
        Assert.Equal(2, profile.Version);
        var (events, _) = await _stage.Store.ListEventsAsync("p0001", 10, "", Stop);
        Assert.Equal(["identify", "track", "identify"], events.Select(e => e.Type));
    }

    [Fact]
    public async Task Write_LoginThatJoinsTwoDevices_LeavesOneProfileWithAllOfBoth()
    {
        await _stage.WriteAsync(0, Anonymous("phone"), Anonymous("phone"));
        await _stage.WriteAsync(1, Anonymous("laptop"));
        await _stage.WriteAsync(0, LogEvents.Identify("ann", "{}", LogEvents.Noon + 1, "phone"));
        await _stage.WriteAsync(1, LogEvents.Identify("ann", "{}", LogEvents.Noon + 1, "laptop"));

        Assert.Equal(1, await _stage.Store.CountAsync(Stop));
        var profile = await ProfileAsync("p0002");
        Assert.Equal("p0001", profile.Id);
        Assert.Equal(5, profile.EventCount);
        Assert.Equal(["p0002"], profile.AbsorbedIds);
        Assert.Equal(["laptop", "phone", "ann"], profile.Identifiers.Select(i => i.Identifier.Value));
        Assert.Equal(5, (await _stage.Store.ListEventsAsync("p0001", 10, "", Stop)).Events.Count);
    }

    [Fact]
    public async Task Write_CommitFails_NothingIsKeptAndTheSameRoundAgainCountsOnce()
    {
        await _stage.WriteAsync(0, LogEvents.Track("ann", "One"));
        _stage.Store.FailBefore = true;
        await Assert.ThrowsAsync<IOException>(() => _stage.WriteAsync(0, LogEvents.Track("ann", "Two")));
        _stage.Store.FailBefore = false;

        await _stage.WriteAsync(0, LogEvents.Track("ann", "Two"));

        Assert.Equal(2, (await ProfileAsync("p0001")).EventCount);
    }

    [Fact]
    public async Task Write_CommitSucceedsButTheAnswerIsLost_TheSameRoundAgainChangesNothing()
    {
        await _stage.WriteAsync(0, Anonymous("phone"));
        _stage.Store.FailAfter = true;
        await Assert.ThrowsAsync<IOException>(() => _stage.WriteAsync(0, LogEvents.Identify("ann", """{"a":1}""", LogEvents.Noon, "phone")));
        _stage.Store.FailAfter = false;

        await _stage.WriteAsync(0, LogEvents.Identify("ann", """{"a":1}""", LogEvents.Noon, "phone"));

        Assert.Equal(2, (await ProfileAsync("p0001")).EventCount);
        Assert.Equal(2, (await _stage.Store.ListEventsAsync("p0001", 10, "", Stop)).Events.Count);
    }

    [Fact]
    public async Task Write_IdentityMergedBeforeACrash_TheMergeIsAppliedAfterIt()
    {
        await _stage.WriteAsync(0, Anonymous("phone"), LogEvents.Track("ann", "E"));
        _stage.Store.FailBefore = true;
        await Assert.ThrowsAsync<IOException>(() => _stage.WriteAsync(0, LogEvents.Identify("ann", "{}", LogEvents.Noon, "phone")));
        await _stage.DisposeAsync();
        _stage = new ProfileStage(_directory.Path, _identity);

        await _stage.WriteAsync(0, LogEvents.Identify("ann", "{}", LogEvents.Noon, "phone"));

        Assert.Equal(1, await _stage.Store.CountAsync(Stop));
        Assert.Equal(3, (await ProfileAsync("p0002")).EventCount);
    }

    [Fact]
    public async Task Write_WhileTheRoundBeforeIsStored_WaitsWithItsOwnAndTellsOnlyWhatIsDurable()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _stage.WriteAsync(0, LogEvents.Track("ann", "Zero"));
        _stage.Store.Gate = gate.Task;
        await _stage.BeginAsync(0, 1, LogEvents.Identify("ann", """{"a":1}"""));

        var second = _stage.BeginAsync(0, 2, LogEvents.Identify("ann", """{"b":1}"""));

        Assert.False(second.IsCompleted);
        Assert.Equal(1, (await _stage.Writer.PositionsAsync(Stop)).Events[0]);
        gate.SetResult();
        await second;
        await _stage.Writer.FlushAsync(Stop);
        Assert.Equal(3, (await ProfileAsync("p0001")).EventCount);
        Assert.Equal(3, (await _stage.Writer.PositionsAsync(Stop)).Events[0]);
    }

    [Fact]
    public async Task Write_RoundBeforeCannotBeStored_ThrowsAndBothAgainCountOnce()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stage.Store.Gate = gate.Task;
        _stage.Store.FailBefore = true;
        await _stage.BeginAsync(0, 0, LogEvents.Identify("ann", """{"a":1}"""));
        var second = _stage.BeginAsync(0, 1, LogEvents.Identify("ann", """{"b":1}"""));
        gate.SetResult();
        await Assert.ThrowsAsync<IOException>(() => second);
        _stage.Store.FailBefore = false;
        Assert.Empty((await _stage.Writer.PositionsAsync(Stop)).Events);

        await _stage.WriteAsync(0, LogEvents.Identify("ann", """{"a":1}"""), LogEvents.Identify("ann", """{"b":1}"""));

        var profile = await ProfileAsync("p0001");
        Assert.Equal(2, profile.EventCount);
        Assert.Equal(["a", "b"], profile.Traits.Select(t => t.Name));
    }

    [Fact]
    public async Task Write_EventNobodyCanRead_IsSetAsideAndTheRestGoesOn()
    {
        await _stage.WriteAsync(0, LogEvents.Track("ann", "One"), LogEvents.Make(EventType.Track, "no json", "ann"), LogEvents.Track("ann", "Two"));

        Assert.Equal(2, (await ProfileAsync("p0001")).EventCount);
        var letter = Assert.Single((await _stage.Store.ListDeadLettersAsync(10, "", Stop)).DeadLetters);
        Assert.Equal("0-1", letter.Id);
        Assert.DoesNotContain("ann", letter.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await _stage.Writer.PositionsAsync(Stop)).Events[0]);
    }

    [Fact]
    public async Task Write_ErasedAndUnidentifiedEvents_OnlyMoveThePosition()
    {
        await _stage.WriteAsync(0, new Event { Type = EventType.Erased }, LogEvents.Make(EventType.Track, """{"event":"E"}"""));

        Assert.Equal(0, await _stage.Store.CountAsync(Stop));
        Assert.Equal(2, (await _stage.Writer.PositionsAsync(Stop)).Events[0]);
    }

    [Fact]
    public async Task Erase_ThenMoreEvents_StartsThePersonAnew()
    {
        await _stage.WriteAsync(0, LogEvents.Identify("ann", """{"a":1}"""));

        Assert.True(await _stage.Writer.EraseAsync("p0001", Stop));
        Assert.False(await _stage.Writer.EraseAsync("p0001", Stop));
        await _stage.WriteAsync(0, LogEvents.Track("ann", "E"));

        var profile = await ProfileAsync("p0001");
        Assert.Equal(1, profile.EventCount);
        Assert.Empty(profile.Traits);
    }

    private static Event Anonymous(string device) => LogEvents.Make(EventType.Track, """{"event":"E"}""", anonymousId: device, name: "E");

    private async Task<ProfileDocument> ProfileAsync(string id) => Assert.Single(await _stage.Store.LoadAsync([id], Stop)).Document;
}
