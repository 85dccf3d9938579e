using Cdp.Profile;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.Profile;

var builder = CdpHost.CreateBuilder(args, ProfileModule.Name);
builder.AddProfile().UseEmbedded();

var app = builder.Build();
app.MapCdpDefaults();
app.MapProfile();
await app.RunAsync();
