using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Consuming;
using Cdp.Profile.DeadLetters;
using Cdp.Profile.DryRuns;
using Cdp.Profile.Feed;
using Cdp.Profile.Parsing;
using Cdp.Profile.Retention;
using Cdp.Profile.Unmerging;
using Cdp.Retention;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Cdp.Profile;

/// <summary>Composes the stage: services, background work, endpoints.</summary>
public static class ProfileModule
{
    /// <summary>Name of the stage: its address in service discovery and in logs.</summary>
    public const string Name = "profile";

    /// <summary>Registers the stage without a store; choose one on the builder.</summary>
    public static ProfileBuilder AddProfile(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ProfileOptions>().BindConfiguration(ProfileOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ChangeFeed>();
        builder.Services.AddSingleton<SplitRebuild>();
        builder.Services.AddSingleton<RulesClient>();
        builder.Services.AddSingleton<ProfileWriter>();
        builder.Services.AddSingleton<Unmerger>();
        builder.Services.AddSingleton<DeadLetterReplay>();
        builder.Services.AddSingleton<ProfileGrpcService>();
        builder.Services.AddSingleton<RulesReplay>();
        builder.Services.AddSingleton<RulesDryRunner>();
        builder.Services.AddHostedService<EventConsumer>();
        builder.Services.TryAddSingleton(RetentionAges.From(builder.Configuration));
        builder.Services.AddHostedService<DeadLetterRetention>();
        builder.Services.AddHostedService<TimelineRetention>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RulesDryRunner>());
        return new ProfileBuilder(builder);
    }

    /// <summary>Maps the stage's gRPC services (and HTTP endpoints, where it has any).</summary>
    public static void MapProfile(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<ProfileGrpcService>();

    /// <summary>Binds the same gRPC services for the in-process transport.</summary>
    public static void Bind(ServiceBinderBase binder, IServiceProvider services) =>
        ProfileService.BindService(binder, services.GetRequiredService<ProfileGrpcService>());
}

/// <summary>Chooses the stores of the stage.</summary>
public sealed class ProfileBuilder(IHostApplicationBuilder host)
{
    /// <summary>The host that the stage is registered with.</summary>
    public IHostApplicationBuilder Host { get; } = host;

    /// <summary>Services of the host.</summary>
    public IServiceCollection Services => Host.Services;
}
