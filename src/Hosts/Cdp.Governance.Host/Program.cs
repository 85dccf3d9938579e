using Cdp.Governance;
using Cdp.ServiceDefaults;
using Cdp.Storage;

return await StageProcess.RunAsync(args, GovernanceModule.Name, Register, app => app.MapGovernance());

static void Register(WebApplicationBuilder builder)
{
    builder.AddGovernance().UseStores();
    builder.Services.AddStageClient<AuditService.AuditServiceClient>("governance");
    builder.Services.AddStageClient<CollectionService.CollectionServiceClient>("collection");
    builder.Services.AddStageClient<IdentityService.IdentityServiceClient>("identity");
    builder.Services.AddStageClient<ProfileService.ProfileServiceClient>("profile");
    builder.Services.AddStageClient<SegmentService.SegmentServiceClient>("segment-search");
    builder.Services.AddStageClient<ActivationService.ActivationServiceClient>("activation");
}
