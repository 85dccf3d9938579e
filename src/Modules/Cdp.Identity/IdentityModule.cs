using Cdp.Contracts.Identity.V1;
using Cdp.Identity.DryRuns;
using Cdp.Identity.Explaining;
using Cdp.Identity.Resolving;
using Cdp.Identity.Rules;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Cdp.Identity;

/// <summary>Composes the stage: services, background work, endpoints.</summary>
public static class IdentityModule
{
    /// <summary>Name of the stage: its address in service discovery and in logs.</summary>
    public const string Name = "identity";

    /// <summary>Registers the stage without a store; choose one on the builder.</summary>
    public static IdentityBuilder AddIdentity(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<IdentityOptions>().BindConfiguration(IdentityOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<IdentityOptions>, IdentityOptionsValidator>();
        builder.Services.AddSingleton<RulesInForce>();
        builder.Services.AddSingleton<Resolver>();
        builder.Services.AddSingleton<Explainer>();
        builder.Services.AddSingleton<RulesRehearsal>();
        builder.Services.AddSingleton<IdentityGrpcService>();
        builder.Services.AddSingleton<IdentityRulesGrpcService>();
        return new IdentityBuilder(builder);
    }

    /// <summary>Maps the stage's gRPC services (and HTTP endpoints, where it has any).</summary>
    public static void MapIdentity(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<IdentityGrpcService>();
        endpoints.MapGrpcService<IdentityRulesGrpcService>();
    }

    /// <summary>Binds the same gRPC services for the in-process transport.</summary>
    public static void Bind(ServiceBinderBase binder, IServiceProvider services)
    {
        IdentityService.BindService(binder, services.GetRequiredService<IdentityGrpcService>());
        IdentityRulesService.BindService(binder, services.GetRequiredService<IdentityRulesGrpcService>());
    }
}

/// <summary>Chooses the stores of the stage.</summary>
public sealed class IdentityBuilder(IHostApplicationBuilder host)
{
    /// <summary>The host that the stage is registered with.</summary>
    public IHostApplicationBuilder Host { get; } = host;

    /// <summary>Services of the host.</summary>
    public IServiceCollection Services => Host.Services;
}
