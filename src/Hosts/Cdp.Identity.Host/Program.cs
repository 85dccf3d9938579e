using Cdp.Identity;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.Identity;
using Cdp.Storage.Embedded.Sqlite;

return await CdpProcess.RunAsync(args, IdentityModule.Name, Register, app => app.MapIdentity());

static void Register(WebApplicationBuilder builder)
{
    builder.LockDataDirectory(IdentityModule.Name);
    builder.AddIdentity().UseEmbedded();
}
