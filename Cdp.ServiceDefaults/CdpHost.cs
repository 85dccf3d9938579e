using System.Net;
using Cdp.ServiceDefaults.Auditing;
using Cdp.ServiceDefaults.ServiceKeys;
using Cdp.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdp.ServiceDefaults;

/// <summary>What every process of the platform has in common: endpoints, telemetry, health, discovery, gRPC.</summary>
public static class CdpHost
{
    private static readonly KeyValuePair<string, string?>[] QuietLogs =
    [
        // A line for each request would cost more than the request.
        new("Logging:LogLevel:Microsoft.AspNetCore", "Warning"),
        new("Logging:LogLevel:System.Net.Http", "Warning"),
        new("Logging:LogLevel:Grpc", "Warning"),
        new("Logging:LogLevel:Yarp", "Warning"),
        // It warns that keys lie unencrypted beside the data that they protect: an operator's disk is what protects both.
        new("Logging:LogLevel:Microsoft.AspNetCore.DataProtection", "Error"),
    ];

    /// <summary>
    /// A host for one stage, or for the gateway or standalone. Listens on loopback unless <c>--urls</c> says otherwise:
    /// HTTP/1.1 on <c>--urls</c>, HTTP/2 for gRPC on <c>Cdp:GrpcUrls</c>, because cleartext cannot carry both on one port.
    /// </summary>
    /// <param name="args">Command line.</param>
    /// <param name="stage">Name of the stage, <c>gateway</c> or <c>standalone</c>.</param>
    /// <param name="isStandby">Whether it passes calls on to another replica, with what the gateway says of the client.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args, string stage, bool isStandby = false)
    {
        if (args.Contains("--help") || args.Contains("-h"))
        {
            Console.WriteLine(HelpText.For(stage));
            Environment.Exit(0);
        }
        // A switch without a value would take the next argument for its value.
        var builder = WebApplication.CreateBuilder([.. args.Where(a => a is not "--demo")]);
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = [.. StagePorts.Defaults(), .. QuietLogs] });
        SettingNames.Require([.. args.Where(a => a is not "--demo")], builder.Configuration);
        Listen(builder, stage);

        builder.Services.TryAddSingleton(TimeProvider.System);
        // Who answers at all is alive; without any check gRPC health would answer UNKNOWN.
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        builder.Services.AddSingleton<ServiceKey>();
        if (!IsFrontDoor(stage))
            builder.Services.AddSingleton<IStartupFilter>(new StageDoor(isStandby));
        builder.Services.AddSingleton<AuditInterceptor>();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = StageClients.MaxMessageBytes;
            grpc.MaxSendMessageSize = StageClients.MaxMessageBytes;
            grpc.Interceptors.Add<AuditInterceptor>();
        });
        builder.Services.AddGrpcReflection();
        builder.Services.AddGrpcHealthChecks();
        builder.Services.AddServiceDiscovery();
        builder.AddHostTelemetry(stage);
        return builder;
    }

    /// <summary>Maps /health, /alive, gRPC health and reflection, in every environment: orchestrators wait for them.</summary>
    public static void MapCdpDefaults(this WebApplication app)
    {
        app.MapHealthChecks("/health").AllowAnonymous();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") }).AllowAnonymous();
        app.MapGrpcHealthChecksService().AllowAnonymous();
        app.MapGrpcReflectionService();
    }

    /// <summary>Whether a path is one of those that orchestrators ask, without a key.</summary>
    public static bool IsHealth(PathString path) => path.StartsWithSegments("/health") || path.StartsWithSegments("/alive");

    private static void Listen(WebApplicationBuilder builder, string stage)
    {
        var (http, grpc) = StagePorts.Of(stage);
        var urls = builder.Configuration[WebHostDefaults.ServerUrlsKey];
        var httpUrls = string.IsNullOrWhiteSpace(urls) ? $"http://127.0.0.1:{http}" : urls;
        var grpcUrls = builder.Configuration["Cdp:GrpcUrls"] ?? $"http://127.0.0.1:{grpc}";
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 8 * 1024 * 1024;
            kestrel.Limits.Http2.InitialStreamWindowSize = 4 * 1024 * 1024;
            foreach (var url in httpUrls.Split(';', StringSplitOptions.RemoveEmptyEntries))
                Listen(kestrel, url, HttpProtocols.Http1, builder.Configuration, stage);
            foreach (var url in grpcUrls.Split(';', StringSplitOptions.RemoveEmptyEntries))
                Listen(kestrel, url, HttpProtocols.Http2, builder.Configuration, stage);
        });
    }

    private static void Listen(KestrelServerOptions kestrel, string url, HttpProtocols protocols, IConfiguration configuration, string stage)
    {
        var address = BindingAddress.Parse(url.Trim());
        var ip = address.Host is "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(address.Host.Trim('[', ']'), out var parsed) ? parsed
            : IPAddress.Any;
        if (!IPAddress.IsLoopback(ip) && !IsFrontDoor(stage) && string.IsNullOrEmpty(configuration[ServiceKey.Setting]))
        {
            throw new InvalidOperationException(
                $"{stage} is to listen on {url}, which other machines can reach. Set {ServiceKey.Setting} to the same secret on all services, or listen on loopback.");
        }
        kestrel.Listen(ip, address.Port, options =>
        {
            options.Protocols = address.Scheme == "https" ? HttpProtocols.Http1AndHttp2 : protocols;
            if (address.Scheme == "https")
                options.UseHttps();
        });
    }

    // What the outside talks to: it asks for API keys and write keys instead of the service key.
    private static bool IsFrontDoor(string stage) => stage is "gateway" or "standalone";
}
