using Cdp.Collection;
using Cdp.Contracts.Governance.V1;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.Collection;
using Cdp.Storage.Embedded.Sqlite;

var builder = CdpHost.CreateBuilder(args, CollectionModule.Name);
builder.LockDataDirectory(CollectionModule.Name);
builder.AddCollection().UseEmbedded();
builder.Services.AddStageClient<AuditService.AuditServiceClient>("governance");

var app = builder.Build();
app.MapCdpDefaults();
app.MapCollection();
await app.RunAsync();
