using Cdp.Activation;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.Activation;

var builder = CdpHost.CreateBuilder(args, ActivationModule.Name);
builder.AddActivation().UseEmbedded();

var app = builder.Build();
app.MapCdpDefaults();
app.MapActivation();
await app.RunAsync();
