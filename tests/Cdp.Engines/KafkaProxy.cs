using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cdp.Collection.Tests.Fakes;

/// <summary>
/// Stands between the log and a broker of this machine: delays its answers, or lets the brokers take a commit and keeps the
/// answer back. Its own port takes the place of the broker's in what the broker says about itself.
/// </summary>
internal sealed class KafkaProxy : IAsyncDisposable
{
    private const short EndTransaction = 26;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly int _brokerPort;
    private readonly byte[] _brokerAddress;
    private readonly byte[] _address;
    private readonly Task _accepting;
    private readonly ConcurrentBag<Task> _serving = [];
    private volatile bool _silent;

    public KafkaProxy(string broker)
    {
        _listener.Start();
        _brokerPort = int.Parse(broker.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        _brokerAddress = Encode(_brokerPort);
        _address = Encode(((IPEndPoint)_listener.LocalEndpoint).Port);
        _accepting = AcceptAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>How long each answer is kept back.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Falls silent once a commit has gone to the broker.</summary>
    public bool SilentAfterCommit { get; set; }

    /// <summary>Forwards again; connections from before are gone.</summary>
    public void Heal()
    {
        SilentAfterCommit = false;
        _silent = false;
        foreach (var client in _clients)
            client.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Heal();
        await _accepting;
        await Task.WhenAll(_serving);
        _stop.Dispose();
    }

    // The host as a string of Kafka's protocol ends, and its port follows.
    private static byte[] Encode(int port) => [.. "127.0.0.1"u8, 0, 0, (byte)(port >> 8), (byte)port];

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var broker = new TcpClient();
        _clients.Add(client);
        _clients.Add(broker);
        try
        {
            await broker.ConnectAsync(IPAddress.Loopback, _brokerPort, _stop.Token);
            await Task.WhenAny(ForwardAsync(client.GetStream(), broker.GetStream(), Asked), ForwardAsync(broker.GetStream(), client.GetStream(), AnsweredAsync));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Either end closed it.
        }
        client.Close();
    }

    private async Task ForwardAsync(NetworkStream from, NetworkStream to, Func<byte[], Task> seen)
    {
        try
        {
            var head = new byte[4];
            while (true)
            {
                await from.ReadExactlyAsync(head, _stop.Token);
                var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
                await from.ReadExactlyAsync(frame, _stop.Token);
                await seen(frame);
                await to.WriteAsync((byte[])[.. head, .. frame], _stop.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Either end closed it.
        }
    }

    private Task Asked(byte[] request)
    {
        if (_silent)
            return Task.Delay(Timeout.Infinite, _stop.Token);
        if (SilentAfterCommit && BinaryPrimitives.ReadInt16BigEndian(request) == EndTransaction)
            _silent = true;
        return Task.CompletedTask;
    }

    private async Task AnsweredAsync(byte[] answer)
    {
        if (_silent)
            await Task.Delay(Timeout.Infinite, _stop.Token);
        for (var rest = answer.AsSpan(); rest.IndexOf(_brokerAddress) is >= 0 and var at; rest = rest[(at + 1)..])
            _address.CopyTo(rest[at..]);
        await Task.Delay(Delay, _stop.Token);
    }
}
