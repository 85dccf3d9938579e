using System.Net;
using Cdp.ServiceDefaults;
using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Server;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Cdp.Storage.Standby;

/// <summary>Passes every call on to the replica that owns the stage, so that any replica may be asked.</summary>
internal sealed class OwnerForwarder(MongoServer server, string stage, string ownAddress, IHttpForwarder forwarder, TimeProvider time) : IDisposable
{
    private const string Hop = "cdp-forwarded";
    private static readonly TimeSpan Known = TimeSpan.FromSeconds(1);
    private static readonly ForwarderRequestConfig Request = new()
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        // A feed without news is silent for as long as there is none.
        ActivityTimeout = TimeSpan.FromDays(1),
    };

    private readonly HttpMessageInvoker _http = new(StageClients.Handler());
    private (string Address, long At) _owner = ("", 0);

    public async Task ForwardAsync(HttpContext context)
    {
        string owner;
        try
        {
            owner = await OwnerAsync(context.RequestAborted);
        }
        catch (Exception exception) when (MongoServer.IsPassing(exception))
        {
            Refuse(context);
            return;
        }
        // An owner at this very address is a former process of this replica; one that forwards in its turn owns no longer.
        if (owner.Length == 0 || owner == ownAddress || context.Request.Headers.ContainsKey(Hop))
        {
            Refuse(context);
            return;
        }
        context.Request.Headers[Hop] = "1";
        var error = await forwarder.SendAsync(context, owner, _http, Request, HttpTransformer.Default, context.RequestAborted);
        if (error == ForwarderError.None)
            return;
        _owner = ("", 0);
        if (!context.Response.HasStarted)
            Refuse(context);
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<string> OwnerAsync(CancellationToken cancellationToken)
    {
        var (address, at) = _owner;
        if (address.Length > 0 && time.GetElapsedTime(at) < Known)
            return address;
        address = await MongoStage.OwnerAsync(server, stage, cancellationToken);
        _owner = (address, time.GetTimestamp());
        return address;
    }

    // What gRPC clients take for UNAVAILABLE, and others for "come again".
    private static void Refuse(HttpContext context)
    {
        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "1";
    }
}
