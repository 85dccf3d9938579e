using Microsoft.Extensions.Diagnostics.HealthChecks;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Server;

/// <summary>Asks MongoDB whether it answers and takes writes.</summary>
internal sealed class MongoHealthCheck(MongoServer server) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await server.IsWritableAsync(patience.Token) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("MongoDB is read-only.");
        }
        catch (Exception exception) when (exception is MongoException or TimeoutException || patience.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("MongoDB does not answer.", exception);
        }
    }
}
