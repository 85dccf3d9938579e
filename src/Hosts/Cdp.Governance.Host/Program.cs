using Cdp.Governance;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.Governance;
using Cdp.Storage.Embedded.Sqlite;

var builder = CdpHost.CreateBuilder(args, GovernanceModule.Name);
builder.LockDataDirectory(GovernanceModule.Name);
builder.AddGovernance().UseEmbedded();
builder.Services.AddStageClient<AuditService.AuditServiceClient>("governance");
builder.Services.AddStageClient<CollectionService.CollectionServiceClient>("collection");
builder.Services.AddStageClient<IdentityService.IdentityServiceClient>("identity");
builder.Services.AddStageClient<ProfileService.ProfileServiceClient>("profile");
builder.Services.AddStageClient<SegmentService.SegmentServiceClient>("segment-search");
builder.Services.AddStageClient<ActivationService.ActivationServiceClient>("activation");

var app = builder.Build();
app.MapCdpDefaults();
app.MapGovernance();
await app.RunAsync();
