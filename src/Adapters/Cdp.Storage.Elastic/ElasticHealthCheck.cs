using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdp.Storage.Elastic;

/// <summary>Says what keeps the index from being written.</summary>
internal sealed class ElasticHealthCheck(EngineState state) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        state.Problem is { } problem ? HealthCheckResult.Unhealthy(problem)
        : state.Unfit > 0 ? HealthCheckResult.Degraded($"{state.Unfit} profiles are larger than the index can hold, and are left out of searches.")
        : HealthCheckResult.Healthy(state.Serves ? null : "The index is being built; searches are answered from memory."));
}
