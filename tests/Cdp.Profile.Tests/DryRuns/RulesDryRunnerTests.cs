using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.DryRuns;
using Cdp.Profile.Tests.Fakes;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cdp.Profile.Tests.DryRuns;

public sealed class RulesDryRunnerTests : IAsyncLifetime
{
    private readonly FakeCollection _collection = new();
    private readonly FakeRules _rules = new();
    private readonly RulesDryRunner _runner;

    public RulesDryRunnerTests()
    {
        var identity = _rules.Identity();
        _runner = new RulesDryRunner(new RulesReplay(_collection.Client(), identity, _rules.Client()), identity, TimeProvider.System, NullLogger<RulesDryRunner>.Instance);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _runner.StartAsync(CancellationToken.None);

    [Fact]
    public async Task Start_Rules_ReplaysTheLogAsItWasWithBothKindsOfIdentifiers()
    {
        var erased = new Event { Type = EventType.Erased };
        Fill(0, 3, LogEvents.Track("ann", "Bought", properties: """{"card":"c-1"}"""), erased, LogEvents.Track("bob", "Bought"), LogEvents.Track("eve", "Came later"));
        Fill(1, 2, LogEvents.Make(EventType.Track, "no object", "x"), LogEvents.Make(EventType.Identify, """{"type":"identify","traits":{"email":"a@x"}}""", "ann"));
        // What it held has been too old for the log for long.
        _collection.Heads.Add(new FeedPosition { Partition = 2, Offset = 9 });

        var run = await EndAsync(await _runner.StartAsync("card", Stop));

        Assert.Equal((DryRunState.Done, 5, 5, 7, ""), (run.State, run.EventsRead, run.EventsTotal, run.Found.Merging, run.Error));
        Assert.Equal("card", _rules.Rehearsed[0].Rules);
        var events = _rules.Rehearsed.Skip(1).SelectMany(r => r.Events.Events).ToList();
        Assert.Equal(["user_id:ann card:c-1", "user_id:bob", "user_id:ann"], events.Select(e => Text(e.Event.Identifiers)));
        Assert.Equal(["user_id:ann", "user_id:bob", "user_id:ann email:a@x"], events.Select(e => Text(e.Today)));
    }

    [Fact]
    public async Task Start_EmptyLog_IsDoneAtOnce() =>
        Assert.Equal(DryRunState.Done, (await EndAsync(await _runner.StartAsync("card", Stop))).State);

    [Fact]
    public async Task Start_WhileOneRuns_IsRefusedUntilItIsCancelled()
    {
        _collection.Heads.Add(new FeedPosition { Partition = 0, Offset = 1 });
        _collection.Log[new FeedPosition()] = LogEvents.Track("ann", "Never sent");
        var first = await _runner.StartAsync("card", Stop);

        var refused = await Assert.ThrowsAsync<RpcException>(() => _runner.StartAsync("card", Stop));
        var cancelled = await _runner.CancelAsync(first.Id, Stop);
        _collection.Heads.Clear();
        var second = await EndAsync(await _runner.StartAsync("card", Stop));

        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        Assert.Contains(first.Id, refused.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(DryRunState.Cancelled, cancelled.State);
        Assert.NotEqual(0, cancelled.FinishedAt);
        Assert.Equal(DryRunState.Done, second.State);
        Assert.Equal(StatusCode.NotFound, Assert.Throws<RpcException>(() => _runner.Get(first.Id)).StatusCode);
    }

    [Fact]
    public async Task Start_IdentityGivesUp_FailsWithItsReason()
    {
        Fill(0, 1, LogEvents.Track("ann", "Bought"));
        _rules.Rehearsal = _ => throw new RpcException(new Status(StatusCode.Aborted, "A person was erased."));

        var run = await EndAsync(await _runner.StartAsync("card", Stop));

        Assert.Equal((DryRunState.Failed, "A person was erased."), (run.State, run.Error));
    }

    [Fact]
    public async Task Forget_RunningOrDone_LeavesNothing()
    {
        var done = await EndAsync(await _runner.StartAsync("card", Stop));
        await _runner.ForgetAsync(Stop);
        Assert.Throws<RpcException>(() => _runner.Get(done.Id));

        var started = new TaskCompletionSource();
        _rules.Rehearsal = async stop =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            return new();
        };
        var running = await _runner.StartAsync("card", Stop);
        await started.Task.WaitAsync(Stop);
        await _runner.ForgetAsync(Stop);

        Assert.Throws<RpcException>(() => _runner.Get(running.Id));
    }

    public async ValueTask DisposeAsync()
    {
        await _runner.StopAsync(CancellationToken.None);
        _runner.Dispose();
    }

    private static string Text(IEnumerable<Identifier> identifiers) => string.Join(' ', identifiers.Select(i => $"{i.Type}:{i.Value}"));

    private void Fill(int partition, long head, params Event[] events)
    {
        _collection.Heads.Add(new FeedPosition { Partition = partition, Offset = head });
        for (var i = 0; i < events.Length; i++)
            _collection.Log[new FeedPosition { Partition = partition, Offset = i }] = events[i];
        _collection.Put(LogEvents.Batch(partition, 0, events));
    }

    private async Task<RulesDryRun> EndAsync(RulesDryRun run)
    {
        while ((run = _runner.Get(run.Id)).State == DryRunState.Running)
            await Task.Delay(TimeSpan.FromMilliseconds(5), Stop);
        return run;
    }
}
