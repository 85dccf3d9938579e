using Microsoft.AspNetCore.Http;

namespace Cdp.Collection.Tracking;

/// <summary>
/// CORS for browser SDKs: any site may send with a write key, which is public by nature, and each SDK with headers of its
/// own (X-Retry-Count, AnonymousId, SentAt). A wildcard would not cover Authorization, so what is asked for is named.
/// </summary>
internal static class TrackingCors
{
    public static void Allow(HttpContext context)
    {
        var origin = context.Request.Headers.Origin;
        if (origin.Count == 0)
            return;
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
        headers.AccessControlExposeHeaders = "Retry-After, X-RateLimit-Reset";
        headers.Vary = "Origin";
    }

    public static Task PreflightAsync(HttpContext context)
    {
        Allow(context);
        var headers = context.Response.Headers;
        headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
        var asked = context.Request.Headers.AccessControlRequestHeaders;
        headers.AccessControlAllowHeaders = asked.Count > 0 ? asked : "Authorization, Content-Type, X-Retry-Count";
        headers.AccessControlMaxAge = "7200";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
