using System.Net;
using System.Net.Sockets;

namespace Cdp.Activation.Webhooks;

/// <summary>
/// The HTTP client of webhooks. It checks the address that it connects to, after the name was resolved; follows no redirect
/// and uses no proxy, because either would go where nobody checked; keeps no cookies. It does not limit connections to one
/// server: destinations on the same server must not wait for each other, and each has its own limit of requests.
/// </summary>
internal sealed class WebhookClient : IDisposable
{
    /// <summary>How long a connection may take; an attempt that was given up does not leave one behind for longer.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private const int MostHeaderKilobytes = 32;
    private const int MostAnswerBytes = 64 * 1024;
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);
    private readonly AddressPolicy _addresses;
    private readonly IHostResolver _resolver;
    private readonly HttpClient _http;

    public WebhookClient(AddressPolicy addresses, IHostResolver resolver)
    {
        _addresses = addresses;
        _resolver = resolver;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            MaxResponseHeadersLength = MostHeaderKilobytes,
            MaxResponseDrainSize = MostAnswerBytes,
            ConnectCallback = ConnectAsync,
        })
        {
            // Each attempt has its own.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("Cdp-Webhooks/1.0");
    }

    /// <summary>Sends a request; the answer's body is not read.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var found = await _resolver.ResolveAsync(context.DnsEndPoint.Host, cancellationToken);
        IPAddress[] allowed = [.. found.Where(_addresses.Allows)];
        if (allowed.Length == 0)
            throw new AddressRefusedException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
