using Cdp.Governance.Regulations;
using Cdp.Governance.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Governance.Tests.Regulations;

/// <summary>Breaks a deletion at each of its calls and writes, starts again, and expects what an unbroken one gives.</summary>
public sealed class CrashPointTests
{
    private const string Secret = "zzsecretzz@example.com";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_BrokenAtAnyCallOfAnotherStage_EndsAsIfItHadNotBeen()
    {
        var calls = (await RunAsync(_ => { }, inner => inner)).Calls;
        Assert.InRange(calls, 15, 100);
        for (var n = 1; n <= calls; n++)
        {
            await RunAsync(faults => faults.FailBefore = n, inner => inner);
            await RunAsync(faults => faults.FailAfter = n, inner => inner);
        }
    }

    [Fact]
    public async Task Run_KilledAtAnyOfItsWrites_EndsAsIfItHadNotBeen()
    {
        const int writes = 9;
        for (var n = 1; n <= writes; n++)
        {
            Assert.True((await RunAsync(_ => { }, inner => new CrashingRegulationStore(inner) { CrashBefore = n })).Crashed);
            Assert.True((await RunAsync(_ => { }, inner => new CrashingRegulationStore(inner) { CrashAfter = n })).Crashed);
        }
        Assert.False((await RunAsync(_ => { }, inner => new CrashingRegulationStore(inner) { CrashBefore = writes + 1 })).Crashed);
    }

    private static async Task<(int Calls, bool Crashed)> RunAsync(Action<FaultInterceptor> arrange, Func<IRegulationStore, IRegulationStore> wrap)
    {
        await using var files = new GovernanceFiles();
        var platform = new FakePlatform();
        platform.Add("p1", Secret, events: 3, "p2");
        platform.Add("other", "other@example.com", events: 2);
        arrange(platform.Faults);
        await files.Regulations.PutAsync(StoredRegulations.ByIdentifier("reg_1", Secret), Stop);

        var crashed = false;
        try
        {
            await RunOnceAsync(platform, wrap(files.Regulations));
        }
        catch (InvalidOperationException exception) when (exception.Message == "crash")
        {
            crashed = true;
        }
        await files.ReopenAsync();
        // A crash after the last write leaves nothing to do.
        if ((await files.Regulations.ListUnfinishedAsync("", 10, Stop)).Count > 0)
            await RunOnceAsync(platform, files.Regulations);

        var regulation = (await files.Regulations.GetAsync("reg_1", Stop))!;
        Assert.Equal(("finished", 3L, ""), (regulation.Regulation.State, regulation.Regulation.EventsErased, regulation.Regulation.Error));
        Assert.Equal(["p1", "p2"], regulation.Regulation.ProfileIds);
        Assert.Equal(["identity", "collection", "profile", "segment_search", "activation"], regulation.Regulation.ErasedFrom);
        Assert.Null(regulation.Identifier);
        Assert.Equal([null, null, null, "other", "other"], platform.Log);
        Assert.Equal(["other"], platform.Persons.Keys);
        Assert.Equal(["other"], platform.Profiles.Keys);
        Assert.Equal(["other"], platform.Members);
        Assert.Equal(["other"], platform.Deliveries);
        Assert.False(files.Contain("zzsecretzz"));
        return (platform.Faults.Calls.Count, crashed);
    }

    private static async Task RunOnceAsync(FakePlatform platform, IRegulationStore store) =>
        await platform.CreateRunner(store, new FakeTimeProvider()).RunAsync((await store.GetAsync("reg_1", Stop))!, Stop);
}
