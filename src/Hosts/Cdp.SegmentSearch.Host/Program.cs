using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.SegmentSearch;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.SegmentSearch;
using Cdp.Storage.Embedded.Sqlite;

return await CdpProcess.RunAsync(args, SegmentSearchModule.Name, Register, app => app.MapSegmentSearch());

static void Register(WebApplicationBuilder builder)
{
    builder.LockDataDirectory(SegmentSearchModule.Name);
    builder.AddSegmentSearch().UseEmbedded();
    builder.Services.AddStageClient<ProfileService.ProfileServiceClient>("profile");
    builder.Services.AddStageClient<AuditService.AuditServiceClient>("governance");
}
