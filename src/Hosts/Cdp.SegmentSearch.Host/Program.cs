using Cdp.SegmentSearch;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.SegmentSearch;

var builder = CdpHost.CreateBuilder(args, SegmentSearchModule.Name);
builder.AddSegmentSearch().UseEmbedded();

var app = builder.Build();
app.MapCdpDefaults();
app.MapSegmentSearch();
await app.RunAsync();
