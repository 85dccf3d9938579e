using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Governance;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.Governance;

var builder = CdpHost.CreateBuilder(args, GovernanceModule.Name);
builder.AddGovernance().UseEmbedded().Services
    .AddStageClient<AuditService.AuditServiceClient>("governance").AddStageClient<CollectionService.CollectionServiceClient>("collection")
    .AddStageClient<IdentityService.IdentityServiceClient>("identity").AddStageClient<ProfileService.ProfileServiceClient>("profile")
    .AddStageClient<SegmentService.SegmentServiceClient>("segment-search").AddStageClient<ActivationService.ActivationServiceClient>("activation");
var app = builder.Build();
app.MapCdpDefaults();
app.MapGovernance();
await app.RunAsync();
