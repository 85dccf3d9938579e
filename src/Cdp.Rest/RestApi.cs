using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cdp.Rest;

/// <summary>The REST surface: endpoints that call the stages' gRPC clients.</summary>
public static class RestApi
{
    /// <summary>Registers JSON settings (snake case), problem details, authentication and limits.</summary>
    public static void AddCdpRest(this IHostApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower);
    }

    /// <summary>Maps every REST endpoint.</summary>
    public static void MapCdpRest(this IEndpointRouteBuilder endpoints)
    {
    }
}
