using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Regulations;
using Cdp.Governance.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Governance.Tests.Regulations;

public sealed class RegulationRunnerTests : IAsyncDisposable
{
    private const string Secret = "zzsecretzz@example.com";
    private readonly GovernanceFiles _files = new();
    private readonly FakePlatform _platform = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OfAKnownPerson_ErasesThemEverywhereAndNobodyElse()
    {
        _platform.Add("p1", Secret, events: 3, "p2");
        _platform.Add("other", "other@example.com", events: 2);
        _platform.Log.Add("p2");

        var result = await RunAsync(StoredRegulations.ByIdentifier("reg_1", Secret));

        Assert.Equal(new RunResult(RunEnd.Finished, true), result);
        var regulation = await GetAsync("reg_1");
        Assert.Equal(["identity", "collection", "profile", "segment_search", "activation"], regulation.ErasedFrom);
        Assert.Equal(["p1", "p2"], regulation.ProfileIds);
        Assert.Equal(("finished", 4L, ""), (regulation.State, regulation.EventsErased, regulation.Error));
        Assert.True(regulation.FinishedAt > 0);
        Assert.Equal([null, null, null, "other", "other", null], _platform.Log);
        Assert.Equal(["other"], _platform.Persons.Keys);
        Assert.Equal(["other"], _platform.Profiles.Keys);
        Assert.Equal(["other"], _platform.Members);
        Assert.Equal(["other"], _platform.Deliveries);
        Assert.False(_files.Contain("zzsecretzz"));
    }

    [Fact]
    public async Task Run_ByAbsorbedProfileId_ErasesTheWholePerson()
    {
        _platform.Add("p1", Secret, events: 3, "p2");

        await RunAsync(StoredRegulations.ByProfile("reg_1", "p2"));

        Assert.Equal(["p2", "p1"], (await GetAsync("reg_1")).ProfileIds);
        Assert.Equal(3, (await GetAsync("reg_1")).EventsErased);
        Assert.Empty(_platform.Profiles);
    }

    [Fact]
    public async Task Run_OfNobody_FinishesWithNothingErasedAndForgetsTheIdentifier()
    {
        _platform.Add("other", "other@example.com", events: 2);

        await RunAsync(StoredRegulations.ByIdentifier("reg_1", Secret));

        var regulation = await GetAsync("reg_1");
        Assert.Equal("finished", regulation.State);
        Assert.Empty(regulation.ErasedFrom);
        Assert.Empty(regulation.ProfileIds);
        Assert.Equal(["other", "other"], _platform.Log);
        Assert.False(_files.Contain("zzsecretzz"));
    }

    [Fact]
    public async Task Run_WhileEventsAreOnTheirWay_WaitsForThoseAndNotForLaterOnes()
    {
        _platform.Log.Add("p1");
        _platform.ProfilesHeldAt = 0;
        Assert.Equal(RunEnd.Waiting, (await RunAsync(StoredRegulations.ByIdentifier("reg_1", Secret))).End);
        Assert.Equal("running", (await GetAsync("reg_1")).State);

        // The event on its way turns out to be the first of the person; another one follows.
        _platform.Add("p1", Secret, events: 1);
        _platform.ProfilesHeldAt = 1;
        Assert.Equal(RunEnd.Waiting, (await ResumeAsync("reg_1")).End);
        Assert.Equal(["p1"], (await GetAsync("reg_1")).ProfileIds);
        Assert.Equal(["identity"], (await GetAsync("reg_1")).ErasedFrom);

        _platform.ProfilesHeldAt = null;
        Assert.Equal(RunEnd.Finished, (await ResumeAsync("reg_1")).End);
        Assert.Equal(2, (await GetAsync("reg_1")).EventsErased);
    }

    [Fact]
    public async Task Run_WhileSegmentsThenActivationLag_WaitsForEach()
    {
        _platform.Add("p1", Secret, events: 1);
        _platform.SegmentsHeldAt = 1;
        _platform.ActivationHeldAt = 1;
        Assert.Equal(RunEnd.Waiting, (await RunAsync(StoredRegulations.ByIdentifier("reg_1", Secret))).End);
        Assert.Equal(["identity", "collection", "profile"], (await GetAsync("reg_1")).ErasedFrom);

        _platform.SegmentsHeldAt = null;
        Assert.Equal(RunEnd.Waiting, (await ResumeAsync("reg_1")).End);
        Assert.Equal(["identity", "collection", "profile", "segment_search"], (await GetAsync("reg_1")).ErasedFrom);

        _platform.ActivationHeldAt = null;
        Assert.Equal(RunEnd.Finished, (await ResumeAsync("reg_1")).End);
        Assert.Empty(_platform.Members);
        Assert.Empty(_platform.Deliveries);
    }

    [Fact]
    public async Task Run_WhenTheStageIsAway_KeepsTheErrorUntilItGoesOn()
    {
        _platform.Add("p1", Secret, events: 1);
        _platform.SegmentsHeldAt = 1;
        _platform.Faults.FailBefore = 1;

        Assert.Equal(new RunResult(RunEnd.Failed, false), await RunAsync(StoredRegulations.ByIdentifier("reg_1", Secret)));
        Assert.Equal("start: Unavailable: away", (await GetAsync("reg_1")).Error);

        Assert.Equal(RunEnd.Waiting, (await ResumeAsync("reg_1")).End);
        Assert.Equal("", (await GetAsync("reg_1")).Error);
    }

    [Fact]
    public async Task Run_WhenTheSearchFails_TellsNothingOfTheIdentifier()
    {
        _platform.Add("p1", Secret, events: 1);
        _platform.Faults.Before["Lookup"] = () => throw new Grpc.Core.RpcException(new Grpc.Core.Status(Grpc.Core.StatusCode.Internal, $"cannot find {Secret}"));

        await RunAsync(StoredRegulations.ByIdentifier("reg_1", Secret));

        Assert.Equal("find_person: Internal", (await GetAsync("reg_1")).Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_WhereThePersonIsMergedBeforeItsErasure_ErasesTheMergedOne(bool answerIsLost)
    {
        _platform.Add("p0", "older@example.com", events: 2);
        _platform.Add("p1", Secret, events: 1);
        _platform.Faults.Before["ErasePerson"] = () =>
        {
            _platform.Faults.Before.Clear();
            _platform.Merge("p0", "p1");
            if (answerIsLost)
                _platform.Faults.FailAfter = _platform.Faults.Calls.Count;
        };

        await RunAsync(StoredRegulations.ByIdentifier("reg_1", Secret));
        await ResumeAsync("reg_1");

        Assert.Equal(["p0", "p1"], (await GetAsync("reg_1")).ProfileIds.Order());
        Assert.Equal(3, (await GetAsync("reg_1")).EventsErased);
        Assert.Empty(_platform.Persons);
        Assert.Empty(_platform.Profiles);
        Assert.Empty(_platform.Members);
    }

    [Fact]
    public async Task Run_WhereTheMergeDidNotReachTheProfiles_ErasesBothOfThem()
    {
        _platform.Add("p0", "older@example.com", events: 2);
        _platform.Add("p1", Secret, events: 1);
        _platform.Merge("p0", "p1", inProfiles: false);

        await RunAsync(StoredRegulations.ByIdentifier("reg_1", Secret));

        Assert.Equal(3, (await GetAsync("reg_1")).EventsErased);
        Assert.Empty(_platform.Profiles);
    }

    [Fact]
    public async Task Run_OfAnotherRegulationOfTheSamePerson_WaitsAndFindsNobody()
    {
        _platform.Add("p1", Secret, events: 2);
        _platform.SegmentsHeldAt = 1;
        await RunAsync(StoredRegulations.ByIdentifier("reg_1", Secret));

        Assert.Equal(RunEnd.Waiting, (await RunAsync(StoredRegulations.ByIdentifier("reg_2", Secret))).End);
        Assert.Equal(RunEnd.Waiting, (await RunAsync(StoredRegulations.ByProfile("reg_3", "p1"))).End);
        Assert.Equal("running", (await GetAsync("reg_2")).State);

        _platform.SegmentsHeldAt = null;
        await ResumeAsync("reg_1");
        Assert.Equal(RunEnd.Finished, (await ResumeAsync("reg_2")).End);
        Assert.Equal(RunEnd.Finished, (await ResumeAsync("reg_3")).End);
        Assert.Equal([2L, 0, 0], new[] { await GetAsync("reg_1"), await GetAsync("reg_2"), await GetAsync("reg_3") }.Select(r => r.EventsErased));
    }

    [Fact]
    public async Task Run_OfAnotherPerson_DoesNotWait()
    {
        _platform.Add("p1", Secret, events: 2);
        _platform.Add("p2", "two@example.com", events: 1);
        _platform.SegmentsHeldAt = 1;
        await RunAsync(StoredRegulations.ByIdentifier("reg_1", Secret));

        await RunAsync(StoredRegulations.ByIdentifier("reg_2", "two@example.com"));

        Assert.Equal(["identity", "collection", "profile"], (await GetAsync("reg_2")).ErasedFrom);
    }

    public ValueTask DisposeAsync() => _files.DisposeAsync();

    private async Task<RunResult> RunAsync(StoredRegulation regulation)
    {
        await _files.Regulations.PutAsync(regulation, Stop);
        return await ResumeAsync(regulation.Regulation.Id);
    }

    private async Task<RunResult> ResumeAsync(string id)
    {
        var store = _files.Regulations;
        return await _platform.CreateRunner(store, _time).RunAsync((await store.GetAsync(id, Stop))!, Stop);
    }

    private async Task<Regulation> GetAsync(string id) => (await _files.Regulations.GetAsync(id, Stop))!.Regulation;
}
