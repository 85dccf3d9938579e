using Cdp.Governance.Regulations;
using Cdp.Governance.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cdp.Governance.Tests.Regulations;

public sealed class RegulationWorkerTests : IAsyncDisposable
{
    private readonly GovernanceFiles _files = new();
    private readonly FakePlatform _platform = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_WithUnfinishedRegulations_FinishesThem()
    {
        _platform.Add("p1", "one@example.com", events: 1);
        await _files.Regulations.PutAsync(StoredRegulations.ByIdentifier("reg_1", "one@example.com"), Stop);
        var erased = Signal("EraseProfile");
        using var worker = CreateWorker();

        await worker.StartAsync(Stop);

        await erased.WaitAsync(Stop);
        await UntilFinishedAsync("reg_1", worker);
        Assert.Empty(_platform.Profiles);
    }

    [Fact]
    public async Task Wake_AfterANewRegulation_TakesItUpAtOnceWhileAnotherWaits()
    {
        _platform.Add("p1", "one@example.com", events: 1);
        _platform.ProfilesHeldAt = 0;
        await _files.Regulations.PutAsync(StoredRegulations.ByIdentifier("reg_1", "one@example.com"), Stop);
        var first = Signal("GetLogHeads");
        using var worker = CreateWorker();
        await worker.StartAsync(Stop);
        await first.WaitAsync(Stop);

        var second = Signal("GetLogHeads");
        await _files.Regulations.PutAsync(StoredRegulations.ByIdentifier("reg_2", "two@example.com"), Stop);
        worker.Wake();

        await second.WaitAsync(Stop);
        _platform.ProfilesHeldAt = null;
        await UntilFinishedAsync("reg_1", worker);
        await UntilFinishedAsync("reg_2", worker);
    }

    public ValueTask DisposeAsync() => _files.DisposeAsync();

    private RegulationWorker CreateWorker() => new(
        _files.Regulations, _platform.CreateRunner(_files.Regulations, TimeProvider.System), TimeProvider.System, NullLogger<RegulationWorker>.Instance);

    // When the fake platform gets a call.
    private Task Signal(string method)
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _platform.Faults.Before[method] = () => called.TrySetResult();
        return called.Task;
    }

    // The store tells no one of its writes: it is asked until the worker has come to the end, or is found to have died.
    private async Task UntilFinishedAsync(string id, RegulationWorker worker)
    {
        while ((await _files.Regulations.GetAsync(id, Stop))!.Regulation.State != RegulationStates.Finished)
        {
            Assert.False(worker.ExecuteTask!.IsCompleted);
            await Task.Yield();
        }
    }
}
