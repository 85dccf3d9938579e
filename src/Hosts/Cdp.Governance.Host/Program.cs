using Cdp.Governance;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.Governance;
using Cdp.Storage.Embedded.Sqlite;

return await CdpProcess.RunAsync(args, GovernanceModule.Name, Register, app => app.MapGovernance());

static void Register(WebApplicationBuilder builder)
{
    builder.LockDataDirectory(GovernanceModule.Name);
    builder.AddGovernance().UseEmbedded();
    builder.Services.AddStageClient<AuditService.AuditServiceClient>("governance");
    builder.Services.AddStageClient<CollectionService.CollectionServiceClient>("collection");
    builder.Services.AddStageClient<IdentityService.IdentityServiceClient>("identity");
    builder.Services.AddStageClient<ProfileService.ProfileServiceClient>("profile");
    builder.Services.AddStageClient<SegmentService.SegmentServiceClient>("segment-search");
    builder.Services.AddStageClient<ActivationService.ActivationServiceClient>("activation");
}
