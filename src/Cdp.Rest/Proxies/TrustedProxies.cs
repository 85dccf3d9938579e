using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Rest.Proxies;

/// <summary>
/// Whose word counts for who the client is. X-Forwarded headers are believed from the proxies that are configured, and
/// removed from all other requests: whatever stands behind this process may rely on them.
/// </summary>
internal static class TrustedProxies
{
    /// <summary>Configuration path: addresses or networks such as 10.0.0.0/8, separated by semicolons.</summary>
    public const string Setting = "Cdp:TrustedProxies";

    private static readonly string[] Headers = ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded"];

    public static void UseTrustedProxies(this IApplicationBuilder app)
    {
        var networks = Read(app.ApplicationServices.GetRequiredService<IConfiguration>()[Setting]);
        if (networks.Count > 0)
        {
            var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = null };
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in networks)
                options.KnownIPNetworks.Add(network);
            app.UseForwardedHeaders(options);
        }
        app.Use((context, next) =>
        {
            foreach (var header in Headers)
                context.Request.Headers.Remove(header);
            return next(context);
        });
    }

    internal static IReadOnlyList<System.Net.IPNetwork> Read(string? setting) =>
    [
        .. (setting ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(text =>
            System.Net.IPNetwork.TryParse(text, out var network) ? network
            : IPAddress.TryParse(text, out var address) ? new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new InvalidOperationException($"{Setting}: {text} is neither an address nor a network such as 10.0.0.0/8.")),
    ];
}
