using Cdp.ServiceDefaults;
using Cdp.Storage.Mongo.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Cdp.Storage.Standby;

/// <summary>What a replica serves while another one owns its stage: health, and everything else by passing it on.</summary>
internal static partial class StandbyHost
{
    public static async Task<WebApplication> StartAsync(string[] args, string stage, string address, MongoServer server)
    {
        var builder = CdpHost.CreateBuilder(args, stage);
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton(s => new OwnerForwarder(server, stage, address, s.GetRequiredService<IHttpForwarder>(), s.GetRequiredService<TimeProvider>()));
        var app = builder.Build();
        app.MapCdpDefaults();
        var forwarder = app.Services.GetRequiredService<OwnerForwarder>();
        app.MapWhen(context => !CdpHost.IsHealth(context.Request.Path), passedOn => passedOn.Run(forwarder.ForwardAsync));
        await app.StartAsync();
        LogStandby(app.Logger, stage);
        return app;
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Information, Message = "Another replica owns {Stage}; calls are passed on to it.")]
    private static partial void LogStandby(ILogger logger, string stage);
}
