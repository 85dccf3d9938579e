using Microsoft.Extensions.Hosting;

namespace Cdp.Storage.Kafka;

/// <summary>Opens the log before anything of the host starts, and ends the host once another process owns the log.</summary>
internal sealed class KafkaLogOwnership(KafkaEventLog log, IHostApplicationLifetime lifetime) : IHostedLifecycleService, IDisposable
{
    private CancellationTokenRegistration _ending;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        _ending = log.Lost.Register(lifetime.StopApplication);
        await log.OpenAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _ending.Dispose();
}
