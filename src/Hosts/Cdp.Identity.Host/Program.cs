using Cdp.Contracts.Governance.V1;
using Cdp.Identity;
using Cdp.ServiceDefaults;
using Cdp.Storage;

return await StageProcess.RunAsync(args, IdentityModule.Name, Register, app => app.MapIdentity());

static void Register(WebApplicationBuilder builder)
{
    builder.AddIdentity().UseStores();
    builder.Services.AddStageClient<AuditService.AuditServiceClient>("governance");
}
