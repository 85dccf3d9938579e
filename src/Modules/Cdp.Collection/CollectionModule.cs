using Cdp.Collection.Discards;
using Cdp.Collection.Feed;
using Cdp.Collection.Imports;
using Cdp.Collection.Intake;
using Cdp.Collection.Log;
using Cdp.Collection.Retention;
using Cdp.Collection.Sources;
using Cdp.Collection.Tracking;
using Cdp.Contracts.Collection.V1;
using Cdp.Retention;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Cdp.Collection;

/// <summary>Composes the stage: services, background work, endpoints.</summary>
public static class CollectionModule
{
    /// <summary>Name of the stage: its address in service discovery and in logs.</summary>
    public const string Name = "collection";

    /// <summary>Registers the stage without a store; choose one on the builder.</summary>
    public static CollectionBuilder AddCollection(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<CollectionOptions>().BindConfiguration(CollectionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<EventIntake>();
        builder.Services.AddSingleton<DiscardLedger>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DiscardLedger>());
        builder.Services.AddSingleton<SourceRegistry>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SourceRegistry>());
        builder.Services.AddSingleton<ImportRunner>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ImportRunner>());
        builder.Services.TryAddSingleton(RetentionAges.From(builder.Configuration));
        builder.Services.AddHostedService<ImportRetention>();
        builder.Services.AddSingleton<CollectionGrpcService>();
        builder.Services.AddSingleton<SourceGrpcService>();
        builder.Services.AddSingleton<ImportGrpcService>();
        return new CollectionBuilder(builder);
    }

    /// <summary>Maps the gRPC services and the tracking API.</summary>
    public static void MapCollection(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<CollectionGrpcService>();
        endpoints.MapGrpcService<SourceGrpcService>();
        endpoints.MapGrpcService<ImportGrpcService>();
        endpoints.MapTracking();
    }

    /// <summary>Binds the same gRPC services for the in-process transport.</summary>
    public static void Bind(ServiceBinderBase binder, IServiceProvider services)
    {
        CollectionService.BindService(binder, services.GetRequiredService<CollectionGrpcService>());
        SourceService.BindService(binder, services.GetRequiredService<SourceGrpcService>());
        ImportService.BindService(binder, services.GetRequiredService<ImportGrpcService>());
    }
}

/// <summary>Chooses the stores of the stage.</summary>
public sealed class CollectionBuilder(IHostApplicationBuilder host)
{
    /// <summary>The host that the stage is registered with.</summary>
    public IHostApplicationBuilder Host { get; } = host;

    /// <summary>Services of the host.</summary>
    public IServiceCollection Services => Host.Services;

    /// <summary>Keeps events in this log.</summary>
    public CollectionBuilder UseLog(Func<IServiceProvider, CollectionOptions, IEventLog> create)
    {
        Services.AddSingleton(services =>
        {
            var options = services.GetRequiredService<IOptions<CollectionOptions>>().Value;
            var log = create(services, options);
            return options.ParseOnly ? new DiscardingLog(log) : log;
        });
        return this;
    }
}
