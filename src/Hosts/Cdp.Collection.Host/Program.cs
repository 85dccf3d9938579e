using Cdp.Collection;
using Cdp.Contracts.Governance.V1;
using Cdp.ServiceDefaults;
using Cdp.Storage;

return await StageProcess.RunAsync(args, CollectionModule.Name, Register, app => app.MapCollection());

static void Register(WebApplicationBuilder builder)
{
    builder.AddCollection().UseStores();
    builder.Services.AddStageClient<AuditService.AuditServiceClient>("governance");
}
