using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace Cdp.ServiceDefaults.ServiceKeys;

/// <summary>Takes the caller's address, scheme and host from the gateway.</summary>
public static class GatewayHeaders
{
    /// <summary>
    /// Believes the X-Forwarded headers of whoever showed the service key; belongs after
    /// <see cref="ServiceKeyMiddleware.UseServiceKey"/>. The gateway never passes on those that a client sent.
    /// </summary>
    public static void UseGatewayHeaders(this IApplicationBuilder app)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = 1 };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        app.UseForwardedHeaders(options);
    }
}
