using Cdp.ServiceDefaults;

var builder = CdpHost.CreateBuilder(args, "gateway");
var app = builder.Build();
app.MapCdpDefaults();
await app.RunAsync();
