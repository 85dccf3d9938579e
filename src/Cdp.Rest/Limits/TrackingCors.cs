using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Cdp.Rest.Limits;

/// <summary>Lets a browser SDK read an answer that the front door gives in the place of collection, such as 429.</summary>
public static class TrackingCors
{
    /// <summary>Allows the origin of a tracking request; other requests are left alone.</summary>
    public static void Allow(HttpContext context)
    {
        if (context.Request.Headers.Origin.Count == 0 || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null)
            return;
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = context.Request.Headers.Origin;
        headers.AccessControlAllowCredentials = "true";
        headers.AccessControlExposeHeaders = "Retry-After, X-RateLimit-Reset";
        headers.Vary = "Origin";
    }
}
