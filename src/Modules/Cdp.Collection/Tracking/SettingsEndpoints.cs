using System.Text.Json;
using Cdp.Collection.Sources;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Collection.Tracking;

/// <summary>
/// What SDKs fetch before they send. The key "Segment.io" has to be there: analytics.js merges overrides only onto keys that
/// its settings returned, and would send to the vendor without it.
/// </summary>
internal static class SettingsEndpoints
{
    // Names as SDKs expect them, whatever the host's REST surface uses.
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    public static void MapSettings(this IEndpointRouteBuilder endpoints, SourceRegistry sources)
    {
        endpoints.MapGet("/v1/projects/{writeKey}/settings", (RequestDelegate)(context =>
        {
            TrackingCors.Allow(context);
            var key = (string)context.Request.RouteValues["writeKey"]!;
            return sources.Authenticate(key) is null ? UnknownAsync(context) : context.Response.WriteAsJsonAsync(Settings(key, context.Request), CamelCase);
        })).WithMetadata(new AllowAnonymousAttribute()).ExcludeFromDescription();
        endpoints.MapMethods("/v1/projects/{writeKey}/settings", [HttpMethods.Options], TrackingCors.PreflightAsync)
            .WithMetadata(new AllowAnonymousAttribute()).ExcludeFromDescription();
        endpoints.MapMethods("/sourceConfig", [HttpMethods.Options], TrackingCors.PreflightAsync).WithMetadata(new AllowAnonymousAttribute()).ExcludeFromDescription();
        endpoints.MapGet("/sourceConfig", (RequestDelegate)(context =>
        {
            TrackingCors.Allow(context);
            var source = sources.Authenticate(WriteKeyHeader.Read(context.Request));
            return source is null ? UnknownAsync(context) : context.Response.WriteAsJsonAsync(RudderSettings(source.Id), CamelCase);
        })).WithMetadata(new AllowAnonymousAttribute()).ExcludeFromDescription();
    }

    private static Task UnknownAsync(HttpContext context) =>
        TrackingEndpoints.ProblemAsync(context, StatusCodes.Status401Unauthorized, "The write key is unknown.");

    // What the browser called, where a gateway stands in between.
    private static string Host(HttpRequest request) =>
        request.Headers["X-Forwarded-Host"].ToString() is { Length: > 0 } host ? host : request.Host.ToString();

    private static string Scheme(HttpRequest request) =>
        request.Headers["X-Forwarded-Proto"].ToString() is ("http" or "https") and { } scheme ? scheme : request.Scheme;

    private static object Settings(string key, HttpRequest request) => new Dictionary<string, object>
    {
        ["integrations"] = new Dictionary<string, object>
        {
            ["Segment.io"] = new { apiKey = key, apiHost = $"{Host(request)}/v1", protocol = Scheme(request), unbundledIntegrations = Array.Empty<string>(), addBundledMetadata = true },
        },
        ["plan"] = new { track = new { __default = new { enabled = true } } },
        ["metrics"] = new { sampleRate = 0 },
        ["middlewareSettings"] = new { },
        ["enabledMiddleware"] = new { },
        ["edgeFunction"] = new { },
        ["remotePlugins"] = Array.Empty<object>(),
        ["legacyVideoPluginsEnabled"] = false,
    };

    private static object RudderSettings(string sourceId) => new
    {
        source = new
        {
            id = sourceId,
            name = sourceId,
            enabled = true,
            config = new { statsCollection = new { errors = new { enabled = false }, metrics = new { enabled = false } } },
            destinations = Array.Empty<object>(),
            workspaceId = "cdp",
        },
    };
}
