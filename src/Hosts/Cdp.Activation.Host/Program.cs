using Cdp.Activation;
using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.Activation;

var builder = CdpHost.CreateBuilder(args, ActivationModule.Name);
builder.AddActivation().UseEmbedded();
builder.Services.AddStageClient<SegmentService.SegmentServiceClient>("segment-search");
builder.Services.AddStageClient<ProfileService.ProfileServiceClient>("profile");
builder.Services.AddStageClient<AuditService.AuditServiceClient>("governance");

var app = builder.Build();
app.MapCdpDefaults();
app.MapActivation();
await app.RunAsync();
