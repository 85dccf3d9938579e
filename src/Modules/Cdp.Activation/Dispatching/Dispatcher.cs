using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdp.Activation.Dispatching;

/// <summary>Runs one sender for each destination, so that none waits for another.</summary>
internal sealed class Dispatcher(
    IDeliveryStore store, DestinationRegistry destinations, DeliveryAttempts attempts, OutcomeLog outcomes, ProfileLookup profiles,
    DeliverySignals signals, IOptions<ActivationOptions> options, TimeProvider time, ILogger<DestinationSender> logger) : BackgroundService
{
    // For requests under way when the process is stopped; what takes longer is sent again at the next start.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var stopping = stoppingToken.Register(() => abort.CancelAfter(Grace));
        var batching = Task.WhenAll(outcomes.RunAsync(abort.Token), profiles.RunAsync(abort.Token));
        var senders = new Dictionary<string, Task>(StringComparer.Ordinal);
        while (!stoppingToken.IsCancellationRequested)
        {
            var changed = destinations.Changed.Next;
            foreach (var ended in senders.Where(s => s.Value.IsCompleted).Select(s => s.Key).ToList())
            {
                await senders[ended];
                senders.Remove(ended);
                signals.Remove(ended);
            }
            foreach (var destination in destinations.All.Where(d => !senders.ContainsKey(d.Id)))
            {
                var sender = new DestinationSender(destination.Id, store, destinations, attempts, outcomes, signals.Of(destination.Id), options, time, logger);
                senders[destination.Id] = sender.RunAsync(stoppingToken, abort.Token);
            }
            await changed.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await Task.WhenAll(senders.Values);
        outcomes.Complete();
        profiles.Complete();
        await batching;
    }
}
