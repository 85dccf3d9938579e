using Cdp.Governance;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.Governance;

var builder = CdpHost.CreateBuilder(args, GovernanceModule.Name);
builder.AddGovernance().UseEmbedded();

var app = builder.Build();
app.MapCdpDefaults();
app.MapGovernance();
await app.RunAsync();
