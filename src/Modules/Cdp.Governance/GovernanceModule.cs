using Cdp.Contracts.Governance.V1;
using Cdp.Governance.ApiKeys;
using Cdp.Governance.Audit;
using Cdp.Governance.Consent;
using Cdp.Governance.Regulations;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cdp.Governance;

/// <summary>Composes the stage: services, background work, endpoints.</summary>
public static class GovernanceModule
{
    /// <summary>Name of the stage: its address in service discovery and in logs.</summary>
    public const string Name = "governance";

    /// <summary>Registers the stage without a store; choose one on the builder.</summary>
    public static GovernanceBuilder AddGovernance(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ApiKeyRegistry>();
        builder.Services.AddHostedService<FirstApiKey>();
        builder.Services.AddSingleton<ApiKeyGrpcService>();
        builder.Services.AddSingleton<AuditGrpcService>();
        builder.Services.AddSingleton<ConsentGrpcService>();
        builder.Services.AddSingleton<Pipeline>();
        builder.Services.AddSingleton<PersonFinder>();
        builder.Services.AddSingleton<EventEraser>();
        builder.Services.AddSingleton<Erasure>();
        builder.Services.AddSingleton<RegulationRunner>();
        builder.Services.AddSingleton<RegulationWorker>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RegulationWorker>());
        builder.Services.AddSingleton<RegulationGrpcService>();
        return new GovernanceBuilder(builder);
    }

    /// <summary>Maps the stage's gRPC services.</summary>
    public static void MapGovernance(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<ApiKeyGrpcService>();
        endpoints.MapGrpcService<AuditGrpcService>();
        endpoints.MapGrpcService<ConsentGrpcService>();
        endpoints.MapGrpcService<RegulationGrpcService>();
    }

    /// <summary>Binds the same gRPC services for the in-process transport.</summary>
    public static void Bind(ServiceBinderBase binder, IServiceProvider services)
    {
        ApiKeyService.BindService(binder, services.GetRequiredService<ApiKeyGrpcService>());
        AuditService.BindService(binder, services.GetRequiredService<AuditGrpcService>());
        ConsentService.BindService(binder, services.GetRequiredService<ConsentGrpcService>());
        RegulationService.BindService(binder, services.GetRequiredService<RegulationGrpcService>());
    }
}

/// <summary>Chooses the stores of the stage.</summary>
public sealed class GovernanceBuilder(IHostApplicationBuilder host)
{
    /// <summary>The host that the stage is registered with.</summary>
    public IHostApplicationBuilder Host { get; } = host;

    /// <summary>Services of the host.</summary>
    public IServiceCollection Services => Host.Services;
}
