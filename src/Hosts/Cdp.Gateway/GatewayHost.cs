using Cdp.Gateway.Forwarding;
using Cdp.Rest;

namespace Cdp.Gateway;

/// <summary>The front door of the services: REST here, tracking and gRPC passed on.</summary>
internal static class GatewayHost
{
    public static void Register(WebApplicationBuilder builder)
    {
        builder.Services.AddStageClients();
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<StageForwarder>();
        builder.AddCdpRest();
    }

    public static void Map(WebApplication app)
    {
        app.UseCdpRest();
        app.MapTracking();
        app.MapPublicRpcs();
        app.MapCdpRest();
    }
}
