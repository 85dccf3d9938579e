using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdp.Storage.Kafka;

/// <summary>Tells whether the event log can be written.</summary>
internal sealed class KafkaHealth(KafkaEventLog log) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await log.FindFaultAsync(cancellationToken) is { } fault ? new HealthCheckResult(context.Registration.FailureStatus, fault) : HealthCheckResult.Healthy();
}
