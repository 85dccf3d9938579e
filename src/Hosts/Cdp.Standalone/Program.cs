using Cdp.ServiceDefaults;

var builder = CdpHost.CreateBuilder(args, "standalone");
var app = builder.Build();
app.MapCdpDefaults();
await app.RunAsync();
