using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Rest.Authentication;
using Cdp.ServiceDefaults;
using Grpc.Net.ClientFactory;

namespace Cdp.Gateway;

/// <summary>The stages that REST calls, in other processes.</summary>
internal static class StageClientRegistration
{
    public static void AddStageClients(this IServiceCollection services)
    {
        services.AddStageClient<CollectionService.CollectionServiceClient>("collection");
        services.AddStageClient<SourceService.SourceServiceClient>("collection");
        services.AddStageClient<ImportService.ImportServiceClient>("collection");
        services.AddStageClient<IdentityService.IdentityServiceClient>("identity");
        services.AddStageClient<IdentityRulesService.IdentityRulesServiceClient>("identity");
        services.AddStageClient<ProfileService.ProfileServiceClient>("profile");
        services.AddStageClient<SegmentService.SegmentServiceClient>("segment-search");
        services.AddStageClient<ActivationService.ActivationServiceClient>("activation");
        services.AddStageClient<ApiKeyService.ApiKeyServiceClient>("governance");
        services.AddStageClient<AuditService.AuditServiceClient>("governance");
        services.AddStageClient<ConsentService.ConsentServiceClient>("governance");
        services.AddStageClient<RegulationService.RegulationServiceClient>("governance");
        services.ConfigureAll<GrpcClientFactoryOptions>(client => client.InterceptorRegistrations.Add(
            new InterceptorRegistration(InterceptorScope.Channel, provider => provider.GetRequiredService<CallerInterceptor>())));
    }
}
