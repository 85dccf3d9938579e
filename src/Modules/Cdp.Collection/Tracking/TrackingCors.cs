using Microsoft.AspNetCore.Http;

namespace Cdp.Collection.Tracking;

/// <summary>
/// CORS for browser SDKs: any site may send with a write key, which is public by nature. Headers are named one by one
/// because a wildcard does not cover Authorization.
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
        headers.AccessControlAllowHeaders = "Authorization, Content-Type, Content-Encoding, X-Retry-Count, AnonymousId";
        headers.AccessControlMaxAge = "7200";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
