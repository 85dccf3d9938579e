using System.Runtime.CompilerServices;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdp.Activation.Dispatching;

/// <summary>
/// Sends what is due to one destination, some at a time, until the destination is deleted. What it holds in memory is one
/// page; what waits, waits in the store.
/// </summary>
internal sealed partial class DestinationSender(
    string destinationId, IDeliveryStore store, DestinationRegistry destinations, DeliveryAttempts attempts, OutcomeLog outcomes,
    Signal signal, IOptions<ActivationOptions> options, TimeProvider time, ILogger<DestinationSender> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private readonly UnderWay _underWay = new();

    /// <summary>Sends until stopped or deleted; what is under way then is finished, unless it is aborted.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abort)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.RequestsPerDestination, CancellationToken = abort };
        try
        {
            await Parallel.ForEachAsync(DueAsync(stopping, abort), parallel, async (delivery, _) => await SendAsync(delivery, abort));
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // What was under way is sent again at the next start.
        }
    }

    private async IAsyncEnumerable<DueDelivery> DueAsync(CancellationToken stopping, [EnumeratorCancellation] CancellationToken abort)
    {
        while (!stopping.IsCancellationRequested && !abort.IsCancellationRequested && destinations.Find(destinationId) is { } destination)
        {
            var woken = signal.Next;
            var (page, wait) = destination.Definition.Enabled ? await ReadAsync(stopping) : ([], LongestWait);
            foreach (var delivery in page)
            {
                if (!stopping.IsCancellationRequested)
                    yield return delivery;
            }
            if (page.Count == 0)
                await woken.WaitAsync(wait, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // What is to be sent now; where that is nothing, how long to wait for the next.
    private async Task<(IReadOnlyList<DueDelivery> Page, TimeSpan Wait)> ReadAsync(CancellationToken stopping)
    {
        try
        {
            // The same moment for what is due and what is not yet: nothing falls between.
            var now = Now();
            var due = await store.DueAsync(destinationId, now, options.Value.RequestsPerDestination + _underWay.Count, stopping);
            List<DueDelivery> page = [.. due.Where(_underWay.TryBegin)];
            var next = page.Count > 0 ? null : await store.NextDueAsync(destinationId, now, stopping);
            return (page, next is { } at ? TimeSpan.FromMilliseconds(Math.Clamp(at - Now(), 0, LongestWait.TotalMilliseconds)) : LongestWait);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            LogUnreadable(destinationId, exception);
            return ([], Pause);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            return ([], Pause);
        }
    }

    private async Task SendAsync(DueDelivery delivery, CancellationToken abort)
    {
        try
        {
            // It waited for a free request: it may have been cancelled or erased, its destination changed.
            if (destinations.Find(destinationId) is not { Definition.Enabled: true } destination || !await store.IsPendingAsync(delivery.Id, abort))
                return;
            using var span = DeliverySpan.Start(delivery, destination);
            var outcome = await attempts.MakeAsync(delivery, destination, abort);
            DeliverySpan.End(span, outcome);
            await outcomes.AddAsync(outcome, abort);
            ActivationMetrics.Settled.Add(1, new KeyValuePair<string, object?>("state", outcome.State.ToString().ToLowerInvariant()));
            if (outcome.State == Contracts.Activation.V1.DeliveryState.Dead)
                LogDead(delivery.Id, destinationId);
        }
        catch (Exception exception) when (!abort.IsCancellationRequested)
        {
            LogFailed(delivery.Id, exception);
            await Task.Delay(Pause, time, abort).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            _underWay.End(delivery);
            signal.Send();
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(EventId = 512, Level = LogLevel.Warning, Message = "The deliveries to destination {Destination} could not be read; tried again in a second.")]
    private partial void LogUnreadable(string destination, Exception exception);

    [LoggerMessage(EventId = 513, Level = LogLevel.Warning, Message = "Delivery {Delivery} to destination {Destination} is dead.")]
    private partial void LogDead(string delivery, string destination);

    [LoggerMessage(EventId = 514, Level = LogLevel.Error, Message = "Delivery {Delivery} stays pending: its outcome is unknown.")]
    private partial void LogFailed(string delivery, Exception exception);
}
