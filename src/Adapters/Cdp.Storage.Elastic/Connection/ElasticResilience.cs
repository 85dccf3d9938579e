using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Cdp.Storage.Elastic.Connection;

/// <summary>The HTTP clients: time limits, retries that heed <c>Retry-After</c>, a circuit breaker.</summary>
internal static class ElasticResilience
{
    /// <summary>Marks a request that is not repeated: what it asks for is given up where the engine is busy.</summary>
    public static readonly HttpRequestOptionsKey<bool> Once = new("cdp.once");

    /// <summary>Registers a client with a circuit breaker of its own: refused writes must not end searches.</summary>
    public static void AddElasticClient(this IServiceCollection services, string name, ElasticAddress address) =>
        services.AddHttpClient(name, client =>
            {
                client.BaseAddress = address.Uri;
                client.DefaultRequestHeaders.Authorization = address.Credentials;
                client.Timeout = Timeout.InfiniteTimeSpan;
            })
            // Connections are exchanged by the handler itself, so that handlers need not be.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddStandardResilienceHandler(options =>
            {
                options.Retry.ShouldHandle = args => ValueTask.FromResult(IsPassing(args.Outcome, args.Context));
                options.CircuitBreaker.ShouldHandle = args => ValueTask.FromResult(IsPassing(args.Outcome, args.Context));
            });

    private static bool IsPassing(Outcome<HttpResponseMessage> outcome, ResilienceContext context) =>
        // 500 is what OpenSearch says of a condition with too many clauses: the same again the next time.
        outcome.Result?.StatusCode != HttpStatusCode.InternalServerError
        && HttpClientResiliencePredicates.IsTransient(outcome) && context.GetRequestMessage()?.Options.TryGetValue(Once, out _) is not true;
}
