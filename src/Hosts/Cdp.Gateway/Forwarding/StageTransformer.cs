using Cdp.ServiceDefaults.ServiceKeys;
using Yarp.ReverseProxy.Forwarder;

namespace Cdp.Gateway.Forwarding;

/// <summary>
/// Says to a stage who the client is and that the gateway asks. Headers of these names that a client sent are gone before.
/// </summary>
/// <param name="key">The service key.</param>
/// <param name="forgetCaller">Whether the client's Authorization ends here; the tracking API's write key goes on.</param>
internal sealed class StageTransformer(ServiceKey key, bool forgetCaller) : HttpTransformer
{
    /// <inheritdoc />
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        // The stage is found by its name; what the client called the platform is in X-Forwarded-Host.
        proxyRequest.Headers.Host = null;
        Add("X-Forwarded-For", httpContext.Connection.RemoteIpAddress?.ToString());
        Add("X-Forwarded-Proto", httpContext.Request.Scheme);
        Add("X-Forwarded-Host", httpContext.Request.Host.Value);
        Add(ServiceKey.Header, key.Value);
        if (forgetCaller)
            proxyRequest.Headers.Remove("Authorization");

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                proxyRequest.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
