using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.SegmentSearch;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.SegmentSearch;

var builder = CdpHost.CreateBuilder(args, SegmentSearchModule.Name);
builder.AddSegmentSearch().UseEmbedded();
builder.Services.AddStageClient<ProfileService.ProfileServiceClient>("profile");
builder.Services.AddStageClient<AuditService.AuditServiceClient>("governance");

var app = builder.Build();
app.MapCdpDefaults();
app.MapSegmentSearch();
await app.RunAsync();
