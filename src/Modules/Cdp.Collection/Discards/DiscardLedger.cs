using System.Threading.Channels;
using Cdp.Collection.Intake;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Collection.Discards;

/// <summary>
/// Counts discarded events by source and code and keeps samples. Bounded: where more arrives than can be written, samples
/// are merged into counts, never lost.
/// </summary>
public sealed partial class DiscardLedger(IDiscardStore store, TimeProvider time, ILogger<DiscardLedger> logger) : BackgroundService
{
    private const int Samples = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _flushing = new(1, 1);
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Dictionary<(string Source, string Code), DiscardTally> _tallies = [];

    /// <summary>Notes discards of a source.</summary>
    public void Add(string sourceId, IReadOnlyList<EventDiscard> discards)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_gate)
        {
            foreach (var discard in discards)
            {
                if (!_tallies.TryGetValue((sourceId, discard.Code), out var tally))
                    _tallies[(sourceId, discard.Code)] = tally = new DiscardTally(sourceId, discard.Code);
                tally.Count++;
                tally.LastAt = now;
                tally.Samples.Enqueue(new DiscardedSample(discard.MessageId, discard.Detail, now));
                if (tally.Samples.Count > Samples)
                    tally.Samples.Dequeue();
            }
        }
        _signal.Writer.TryWrite(true);
    }

    /// <summary>Writes what was noted; when it returns, everything noted before is stored.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _flushing.WaitAsync(cancellationToken);
        try
        {
            var tallies = Take();
            if (tallies.Count > 0)
                await StoreAsync(tallies, cancellationToken);
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _flushing.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _signal.Reader.WaitToReadAsync(stoppingToken))
            {
                _signal.Reader.TryRead(out _);
                try
                {
                    await FlushAsync(stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    LogFailed(exception);
                    _signal.Writer.TryWrite(true);
                }
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await FlushAsync(CancellationToken.None);
        }
    }

    private Dictionary<(string Source, string Code), DiscardTally> Take()
    {
        lock (_gate)
        {
            var tallies = _tallies;
            _tallies = [];
            return tallies;
        }
    }

    private async Task StoreAsync(Dictionary<(string Source, string Code), DiscardTally> tallies, CancellationToken cancellationToken)
    {
        try
        {
            await store.AddAsync([.. tallies.Values], cancellationToken);
        }
        catch
        {
            lock (_gate)
            {
                foreach (var (key, tally) in tallies)
                {
                    if (_tallies.TryGetValue(key, out var newer))
                        newer.Count += tally.Count;
                    else
                        _tallies[key] = tally;
                }
            }
            throw;
        }
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Warning, Message = "Discards could not be written; they are kept and tried again.")]
    private partial void LogFailed(Exception exception);
}
