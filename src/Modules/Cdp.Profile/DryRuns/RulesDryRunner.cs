using System.Threading.Channels;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Ids;
using Cdp.Contracts.Profile.V1;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Profile.DryRuns;

/// <summary>Tries identity rules out, one run at a time, and keeps the latest in memory.</summary>
public sealed partial class RulesDryRunner(
    RulesReplay replay, IdentityRulesService.IdentityRulesServiceClient identity, TimeProvider time, ILogger<RulesDryRunner> logger) : BackgroundService
{
    private readonly Channel<Run> _started = Channel.CreateBounded<Run>(1);
    private readonly Lock _changing = new();
    private Run? _latest;

    /// <summary>Begins a run; see the proto for the contract.</summary>
    public async Task<RulesDryRun> StartAsync(string document, CancellationToken cancellationToken)
    {
        var rules = await identity.CheckRulesAsync(new CheckRulesRequest { Rules = document }, cancellationToken: cancellationToken);
        lock (_changing)
        {
            if (_latest is { IsOver: false } other)
                throw Failure.Precondition($"Dry run {other.Id} is not over; expected one at a time: wait for it, or delete it.");
            var run = new Run(Id.New("dry", time), document, rules, time.GetUtcNow().ToUnixTimeMilliseconds());
            // The former one is over, so it has been read.
            if (!_started.Writer.TryWrite(run))
                throw Failure.Unavailable("The former dry run is being ended; try again.");
            _latest = run;
            return run.Describe();
        }
    }

    /// <summary>How far a run is.</summary>
    public RulesDryRun Get(string id) => Find(id).Describe();

    /// <summary>Ends a run; returns when it reads nothing more.</summary>
    public async Task<RulesDryRun> CancelAsync(string id, CancellationToken cancellationToken)
    {
        var run = Find(id);
        run.Stop();
        await run.Over.WaitAsync(cancellationToken);
        return run.Describe();
    }

    /// <summary>Ends what runs and forgets what was found: an erased person is in no report.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        Run? run;
        lock (_changing)
            run = _latest;
        if (run is null)
            return;
        run.Stop();
        await run.Over.WaitAsync(cancellationToken);
        lock (_changing)
            _latest = _latest == run ? null : _latest;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var run in _started.Reader.ReadAllAsync(stoppingToken))
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, run.Stopped);
            try
            {
                var found = await replay.RunAsync(run.Document, run.Rules, run, stop.Token);
                run.End(DryRunState.Done, time, found);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                run.End(DryRunState.Cancelled, time);
            }
            catch (RpcException exception)
            {
                run.End(DryRunState.Failed, time, error: exception.Status.Detail);
            }
            catch (Exception exception)
            {
                LogFailed(run.Id, exception);
                run.End(DryRunState.Failed, time, error: "An event could not be read; the log of the profile service says more.");
            }
        }
    }

    private Run Find(string id)
    {
        lock (_changing)
            return _latest is { } run && run.Id == id ? run : throw Failure.NotFound("dry run", id);
    }

    [LoggerMessage(EventId = 330, Level = LogLevel.Error, Message = "Dry run {DryRun} of identity rules failed.")]
    private partial void LogFailed(string dryRun, Exception exception);

    private sealed class Run(string id, string document, IdentityRules rules, long startedAt) : IReplayProgress
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Lock _changing = new();
        private readonly RulesDryRun _state = new() { Id = id, State = DryRunState.Running, StartedAt = startedAt };

        public string Id => id;

        public string Document => document;

        public IdentityRules Rules => rules;

        public bool IsOver => _over.Task.IsCompleted;

        public Task Over => _over.Task;

        public CancellationToken Stopped => _stop.Token;

        public void Stop() => _stop.Cancel();

        public void Report(long read, long total)
        {
            lock (_changing)
                (_state.EventsRead, _state.EventsTotal) = (read, total);
        }

        public RulesDryRun Describe()
        {
            lock (_changing)
                return _state.Clone();
        }

        public void End(DryRunState state, TimeProvider clock, Rehearsal? found = null, string error = "")
        {
            lock (_changing)
                (_state.State, _state.FinishedAt, _state.Found, _state.Error) = (state, clock.GetUtcNow().ToUnixTimeMilliseconds(), found, error);
            _over.TrySetResult();
        }
    }
}
