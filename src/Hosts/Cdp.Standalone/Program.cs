using Cdp.Rest;
using Cdp.Standalone;
using Cdp.Standalone.Demo;
using Cdp.Standalone.Transport;
using Cdp.Storage;

return await StageProcess.RunAllAsync(args, "standalone", Stages.Names, Register, Map);

void Register(WebApplicationBuilder builder)
{
    builder.AddStages();
    builder.Services.AddInProcessTransport();
    builder.AddCdpRest();
    builder.Services.AddHostedService<Welcome>();
    if (args.Contains("--demo"))
        builder.Services.AddHostedService<DemoFeed>();
}

static void Map(WebApplication app)
{
    app.BindInProcessTransport();
    app.UseCdpRest();
    app.MapStages();
    app.MapCdpRest();
}
