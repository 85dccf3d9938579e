using Cdp.Collection;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.Collection;

var builder = CdpHost.CreateBuilder(args, CollectionModule.Name);
builder.AddCollection().UseEmbedded();

var app = builder.Build();
app.MapCdpDefaults();
app.MapCollection();
await app.RunAsync();
