using Cdp.Gateway;
using Cdp.Gateway.Forwarding;
using Cdp.Rest;
using Cdp.ServiceDefaults;

return await CdpProcess.RunAsync(args, "gateway",
    builder =>
    {
        builder.Services.AddStageClients();
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<StageForwarder>();
        builder.AddCdpRest();
    },
    app =>
    {
        app.UseCdpRest();
        app.MapCdpDefaults();
        app.MapTracking();
        app.MapPublicRpcs();
        app.MapCdpRest();
    });
