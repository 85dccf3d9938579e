using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Activation.Dispatching;
using Cdp.Activation.Membership;
using Cdp.Activation.Retention;
using Cdp.Activation.Webhooks;
using Cdp.Contracts.Activation.V1;
using Cdp.Retention;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Cdp.Activation;

/// <summary>Composes the stage: services, background work, endpoints.</summary>
public static class ActivationModule
{
    /// <summary>Name of the stage: its address in service discovery and in logs.</summary>
    public const string Name = "activation";

    /// <summary>Registers the stage without a store; choose one on the builder.</summary>
    public static ActivationBuilder AddActivation(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ActivationOptions>().BindConfiguration(ActivationOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        services.AddSingleton<DestinationKinds>();
        services.AddSingleton<DestinationSecrets>();
        services.AddSingleton<DestinationRegistry>();
        services.AddSingleton<MembershipWriter>();
        services.AddSingleton<ActivationCreator>();
        services.AddSingleton<DeliverySignals>();
        services.AddSingleton<DeliveryReplay>();
        services.AddSingleton<ProfileLookup>();
        services.AddSingleton<OutcomeLog>();
        services.AddSingleton(provider => new RetrySchedule(provider.GetRequiredService<IOptions<ActivationOptions>>(), Random.Shared));
        services.AddSingleton<DeliveryAttempts>();
        services.AddSingleton<ActivationGrpcService>();

        // In this order: the background services use what the first two have loaded.
        services.AddHostedService(provider => provider.GetRequiredService<MembershipWriter>());
        services.AddHostedService(provider => provider.GetRequiredService<DestinationRegistry>());
        services.AddHostedService<MembershipConsumer>();
        services.AddHostedService<MemberFill>();
        services.AddHostedService<Dispatcher>();
        services.TryAddSingleton(RetentionAges.From(builder.Configuration));
        services.AddHostedService<DeliveryRetention>();

        services.AddSingleton<AddressPolicy>();
        services.AddSingleton<WebhookUrl>();
        services.AddSingleton<WebhookClient>();
        services.TryAddSingleton<IHostResolver, DnsHostResolver>();

        return new ActivationBuilder(builder).AddDestination<WebhookDestination>();
    }

    /// <summary>Maps the stage's gRPC services (and HTTP endpoints, where it has any).</summary>
    public static void MapActivation(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<ActivationGrpcService>();

    /// <summary>Binds the same gRPC services for the in-process transport.</summary>
    public static void Bind(ServiceBinderBase binder, IServiceProvider services) =>
        ActivationService.BindService(binder, services.GetRequiredService<ActivationGrpcService>());
}

/// <summary>Chooses the stores of the stage.</summary>
public sealed class ActivationBuilder(IHostApplicationBuilder host)
{
    /// <summary>The host that the stage is registered with.</summary>
    public IHostApplicationBuilder Host { get; } = host;

    /// <summary>Services of the host.</summary>
    public IServiceCollection Services => Host.Services;

    /// <summary>Adds a kind of destination.</summary>
    public ActivationBuilder AddDestination<TKind>()
        where TKind : class, IDestinationKind
    {
        Services.AddSingleton<IDestinationKind, TKind>();
        return this;
    }
}
