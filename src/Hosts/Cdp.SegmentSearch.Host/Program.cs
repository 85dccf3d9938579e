using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.SegmentSearch;
using Cdp.ServiceDefaults;
using Cdp.Storage;

return await StageProcess.RunAsync(args, SegmentSearchModule.Name, Register, app => app.MapSegmentSearch());

static void Register(WebApplicationBuilder builder)
{
    builder.AddSegmentSearch().UseStores();
    builder.Services.AddStageClient<ProfileService.ProfileServiceClient>("profile");
    builder.Services.AddStageClient<ActivationService.ActivationServiceClient>("activation");
    builder.Services.AddStageClient<AuditService.AuditServiceClient>("governance");
}
