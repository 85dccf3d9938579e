using Microsoft.AspNetCore.Authorization;

namespace Cdp.Gateway.Forwarding;

/// <summary>The tracking API: everything that collection serves over HTTP. Collection checks the write key.</summary>
internal static class TrackingRoutes
{
    private const string Stage = "collection";

    /// <summary>Paths that take POST.</summary>
    internal static readonly string[] Posts =
    [
        "/v1/identify", "/v1/track", "/v1/page", "/v1/screen", "/v1/group", "/v1/alias", "/v1/batch", "/v1/import", "/v1/merge",
        "/v1/i", "/v1/t", "/v1/p", "/v1/s", "/v1/g", "/v1/a", "/v1/b", "/v1/m", "/beacon/v1/batch",
    ];

    /// <summary>Paths that take GET.</summary>
    internal static readonly string[] Gets =
    [
        "/v1/pixel/track", "/v1/pixel/page", "/pixel/v1/track", "/pixel/v1/page", "/v1/projects/{writeKey}/settings", "/sourceConfig",
    ];

    public static void MapTracking(this IEndpointRouteBuilder endpoints)
    {
        var forwarder = endpoints.ServiceProvider.GetRequiredService<StageForwarder>();
        foreach (var path in Posts)
            Map(path, HttpMethods.Post);
        foreach (var path in Gets)
            Map(path, HttpMethods.Get);

        // OPTIONS is a browser's preflight.
        void Map(string path, string method) => endpoints
            .MapMethods(path, [method, HttpMethods.Options], (RequestDelegate)(context => forwarder.ForwardHttpAsync(context, Stage)))
            .WithMetadata(new AllowAnonymousAttribute()).ExcludeFromDescription();
    }
}
