using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Retention;
using Cdp.SegmentSearch.Feed;
using Cdp.SegmentSearch.Index;
using Cdp.SegmentSearch.Retention;
using Cdp.SegmentSearch.Search;
using Cdp.SegmentSearch.Segments;
using Cdp.SegmentSearch.Writing;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Cdp.SegmentSearch;

/// <summary>Composes the stage: services, background work, endpoints.</summary>
public static class SegmentSearchModule
{
    /// <summary>Name of the stage: its address in service discovery and in logs.</summary>
    public const string Name = "segment-search";

    /// <summary>Registers the stage without a store; choose one on the builder.</summary>
    public static SegmentSearchBuilder AddSegmentSearch(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SegmentState>();
        builder.Services.AddSingleton<MembershipFeed>();
        builder.Services.AddSingleton<MembershipWriter>();
        builder.Services.AddSingleton<IndexLoader>();
        builder.Services.AddSingleton<SegmentEditor>();
        builder.Services.AddSingleton<IIndexedProfiles>(services => services.GetRequiredService<SegmentState>().Index);
        builder.Services.AddKeyedSingleton<IProfileSearch, MemoryProfileSearch>(IProfileSearch.InMemory);
        builder.Services.AddSingleton(services => services.GetRequiredKeyedService<IProfileSearch>(IProfileSearch.InMemory));
        builder.Services.AddSingleton<ProfileSearch>();
        builder.Services.AddSingleton<SegmentGrpcService>();
        builder.Services.AddHostedService<ProfileChangeConsumer>();
        builder.Services.AddHostedService<TimeKeeper>();
        builder.Services.TryAddSingleton(RetentionAges.From(builder.Configuration));
        builder.Services.AddHostedService<SegmentHistoryRetention>();
        builder.Services.AddHostedService<EventRetention>();
        return new SegmentSearchBuilder(builder);
    }

    /// <summary>Maps the stage's gRPC services (and HTTP endpoints, where it has any).</summary>
    public static void MapSegmentSearch(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<SegmentGrpcService>();

    /// <summary>Binds the same gRPC services for the in-process transport.</summary>
    public static void Bind(ServiceBinderBase binder, IServiceProvider services) =>
        SegmentService.BindService(binder, services.GetRequiredService<SegmentGrpcService>());
}

/// <summary>Chooses the stores of the stage.</summary>
public sealed class SegmentSearchBuilder(IHostApplicationBuilder host)
{
    /// <summary>The host that the stage is registered with.</summary>
    public IHostApplicationBuilder Host { get; } = host;

    /// <summary>Services of the host.</summary>
    public IServiceCollection Services => Host.Services;
}
