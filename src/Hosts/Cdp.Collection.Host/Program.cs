using Cdp.Collection;
using Cdp.Contracts.Governance.V1;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.Collection;
using Cdp.Storage.Embedded.Sqlite;

return await CdpProcess.RunAsync(args, CollectionModule.Name, Register, app => app.MapCollection());

static void Register(WebApplicationBuilder builder)
{
    builder.LockDataDirectory(CollectionModule.Name);
    builder.AddCollection().UseEmbedded();
    builder.Services.AddStageClient<AuditService.AuditServiceClient>("governance");
}
