using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cdp.Engines;

/// <summary>Stands in front of a server of this machine, and can make it slow.</summary>
public abstract class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly int _server;
    private readonly Task _accepting;

    /// <param name="server">Port of the server.</param>
    protected TcpProxy(int server)
    {
        _server = server;
        Stopping = _stop.Token;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>How long each answer is kept back.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Cancelled when it ends.</summary>
    protected CancellationToken Stopping { get; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        CloseConnections();
        await _accepting;
        await Task.WhenAll(_serving);
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Passes on what goes over one connection; returns when either end has closed it.</summary>
    protected abstract Task ServeAsync(NetworkStream client, NetworkStream server);

    /// <summary>Closes the connections that there are.</summary>
    protected void CloseConnections()
    {
        foreach (var client in _clients)
            client.Close();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(Stopping)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        _clients.Add(client);
        _clients.Add(server);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _server, Stopping);
            await ServeAsync(client.GetStream(), server.GetStream());
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException or InvalidOperationException)
        {
            // Either end closed it.
        }
        client.Close();
    }
}
