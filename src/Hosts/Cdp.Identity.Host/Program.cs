using Cdp.Identity;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.Identity;
using Cdp.Storage.Embedded.Sqlite;

var builder = CdpHost.CreateBuilder(args, IdentityModule.Name);
builder.LockDataDirectory(IdentityModule.Name);
builder.AddIdentity().UseEmbedded();

var app = builder.Build();
app.MapCdpDefaults();
app.MapIdentity();
await app.RunAsync();
