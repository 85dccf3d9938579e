using Microsoft.Extensions.Hosting;

namespace Cdp.Storage.Mongo.Activation;

/// <summary>Before anything is sent, cancels what was to be cancelled when the process ended.</summary>
internal sealed class UnfinishedCancellations(Cancellations cancellations) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => cancellations.FinishAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
