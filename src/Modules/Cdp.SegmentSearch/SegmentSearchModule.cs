using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cdp.SegmentSearch;

/// <summary>Composes the stage: services, background work, endpoints.</summary>
public static class SegmentSearchModule
{
    /// <summary>Name of the stage: its address in service discovery and in logs.</summary>
    public const string Name = "segment-search";

    /// <summary>Registers the stage without a store; choose one on the builder.</summary>
    public static SegmentSearchBuilder AddSegmentSearch(this IHostApplicationBuilder builder) => new(builder);

    /// <summary>Maps the stage's gRPC services (and HTTP endpoints, where it has any).</summary>
    public static void MapSegmentSearch(this IEndpointRouteBuilder endpoints)
    {
    }

    /// <summary>Binds the same gRPC services for the in-process transport.</summary>
    public static void Bind(ServiceBinderBase binder, IServiceProvider services)
    {
    }
}

/// <summary>Chooses the stores of the stage.</summary>
public sealed class SegmentSearchBuilder(IHostApplicationBuilder host)
{
    /// <summary>The host that the stage is registered with.</summary>
    public IHostApplicationBuilder Host { get; } = host;

    /// <summary>Services of the host.</summary>
    public IServiceCollection Services => Host.Services;
}
