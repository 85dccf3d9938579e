using System.Diagnostics;
using System.Net;
using Cdp.Rest.Limits;
using Cdp.Rest.Problems;
using Cdp.ServiceDefaults;
using Cdp.ServiceDefaults.ServiceKeys;
using Microsoft.Extensions.ServiceDiscovery.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Cdp.Gateway.Forwarding;

/// <summary>Passes requests on to a stage as they stream in, unparsed. A stage that is down is told as 503.</summary>
internal sealed class StageForwarder(IHttpForwarder forwarder, IServiceDiscoveryHttpMessageHandlerFactory discovery, ServiceKey key) : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private static readonly ForwarderRequestConfig Http1 = new() { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    // A feed without news is silent for as long as there is none.
    private static readonly ForwarderRequestConfig Http2 = new()
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = TimeSpan.FromDays(1),
    };

    private readonly HttpMessageInvoker _client = new(new NextReplicaHandler(discovery.CreateHandler(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
    })));

    private readonly StageTransformer _tracking = new(key, forgetCaller: false);
    private readonly StageTransformer _grpc = new(key, forgetCaller: true);

    /// <summary>To a stage's HTTP endpoint.</summary>
    public Task ForwardHttpAsync(HttpContext context, string stage) => ForwardAsync(context, $"http://{stage}", Http1, _tracking);

    /// <summary>To a stage's gRPC endpoint.</summary>
    public Task ForwardGrpcAsync(HttpContext context, string stage) => ForwardAsync(context, $"http://_grpc.{stage}", Http2, _grpc);

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private async Task ForwardAsync(HttpContext context, string destination, ForwarderRequestConfig config, StageTransformer transformer)
    {
        var error = await forwarder.SendAsync(context, destination, _client, config, transformer);
        if (error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            return;
        TrackingCors.Allow(context);
        if (error is ForwarderError.RequestBodyClient)
            await ProblemAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, "The request body broke off.");
        else
            await ProblemAnswer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The service behind this path cannot be reached; send again.", RetryAfter);
    }
}
