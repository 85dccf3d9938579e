using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Profile;
using Cdp.ServiceDefaults;
using Cdp.Storage;

return await StageProcess.RunAsync(args, ProfileModule.Name, Register, app => app.MapProfile());

static void Register(WebApplicationBuilder builder)
{
    builder.AddProfile().UseStores();
    builder.Services.AddStageClient<CollectionService.CollectionServiceClient>("collection");
    builder.Services.AddStageClient<IdentityService.IdentityServiceClient>("identity");
    builder.Services.AddStageClient<IdentityRulesService.IdentityRulesServiceClient>("identity");
    builder.Services.AddStageClient<AuditService.AuditServiceClient>("governance");
}
