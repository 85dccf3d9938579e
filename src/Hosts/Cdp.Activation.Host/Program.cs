using Cdp.Activation;
using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.ServiceDefaults;
using Cdp.Storage;

return await StageProcess.RunAsync(args, ActivationModule.Name, Register, app => app.MapActivation());

static void Register(WebApplicationBuilder builder)
{
    builder.AddActivation().UseStores();
    builder.Services.AddStageClient<SegmentService.SegmentServiceClient>("segment-search");
    builder.Services.AddStageClient<ProfileService.ProfileServiceClient>("profile");
    builder.Services.AddStageClient<AuditService.AuditServiceClient>("governance");
}
