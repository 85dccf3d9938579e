using Cdp.Activation;
using Cdp.Collection;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Governance;
using Cdp.Identity;
using Cdp.InProcess;
using Cdp.Profile;
using Cdp.Rest.Authentication;
using Cdp.SegmentSearch;
using Cdp.ServiceDefaults.Auditing;
using Cdp.Storage.Mongo.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Cdp.Standalone.Transport;

/// <summary>Has the stages call each other in this process, through the same clients as between processes.</summary>
internal static class InProcessTransport
{
    public static void AddInProcessTransport(this IServiceCollection services)
    {
        services.AddSingleton<InProcessMethods>();
        services.AddSingleton(provider => new InProcessCallInvoker(provider.GetRequiredService<InProcessMethods>())
            .Intercept(provider.GetRequiredService<CallerInterceptor>()));
        services.AddSingleton(provider => new CollectionService.CollectionServiceClient(provider.GetRequiredService<CallInvoker>()));
        services.AddSingleton(provider => new SourceService.SourceServiceClient(provider.GetRequiredService<CallInvoker>()));
        services.AddSingleton(provider => new ImportService.ImportServiceClient(provider.GetRequiredService<CallInvoker>()));
        services.AddSingleton(provider => new IdentityService.IdentityServiceClient(provider.GetRequiredService<CallInvoker>()));
        services.AddSingleton(provider => new IdentityRulesService.IdentityRulesServiceClient(provider.GetRequiredService<CallInvoker>()));
        services.AddSingleton(provider => new ProfileService.ProfileServiceClient(provider.GetRequiredService<CallInvoker>()));
        services.AddSingleton(provider => new SegmentService.SegmentServiceClient(provider.GetRequiredService<CallInvoker>()));
        services.AddSingleton(provider => new ActivationService.ActivationServiceClient(provider.GetRequiredService<CallInvoker>()));
        services.AddSingleton(provider => new ApiKeyService.ApiKeyServiceClient(provider.GetRequiredService<CallInvoker>()));
        services.AddSingleton(provider => new AuditService.AuditServiceClient(provider.GetRequiredService<CallInvoker>()));
        services.AddSingleton(provider => new ConsentService.ConsentServiceClient(provider.GetRequiredService<CallInvoker>()));
        services.AddSingleton(provider => new RegulationService.RegulationServiceClient(provider.GetRequiredService<CallInvoker>()));
    }

    /// <summary>Binds the services; before the host starts, because its background work calls them.</summary>
    // Not done where the method table is made: services take clients, and clients take the table.
    public static void BindInProcessTransport(this WebApplication app)
    {
        var binder = new InterceptedBinder(app.Services.GetRequiredService<InProcessMethods>(), app.Services.GetRequiredService<AuditInterceptor>());
        if (app.Services.GetService<MongoFailureInterceptor>() is { } failures)
            binder = new InterceptedBinder(binder, failures);
        GovernanceModule.Bind(binder, app.Services);
        CollectionModule.Bind(binder, app.Services);
        IdentityModule.Bind(binder, app.Services);
        ProfileModule.Bind(binder, app.Services);
        SegmentSearchModule.Bind(binder, app.Services);
        ActivationModule.Bind(binder, app.Services);
    }
}
