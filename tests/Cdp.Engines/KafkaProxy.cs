using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;

namespace Cdp.Engines;

/// <summary>
/// Stands between the log and a broker of this machine: delays its answers, or lets the brokers take a commit and keeps the
/// answer back. Its own port takes the place of the broker's in what the broker says about itself.
/// </summary>
public sealed class KafkaProxy : TcpProxy
{
    private const short EndTransaction = 26;
    private readonly byte[] _brokerAddress;
    private readonly byte[] _address;
    private volatile bool _silent;

    /// <param name="broker">Address of the broker.</param>
    public KafkaProxy(string broker)
        : base(PortOf(broker))
    {
        _brokerAddress = Encode(PortOf(broker));
        _address = Encode(Port);
    }

    /// <summary>What stands for the broker's address.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Falls silent once a commit has gone to the broker.</summary>
    public bool SilentAfterCommit { get; set; }

    /// <summary>Forwards again; connections from before are gone.</summary>
    public void Heal()
    {
        SilentAfterCommit = false;
        _silent = false;
        CloseConnections();
    }

    /// <inheritdoc />
    protected override Task ServeAsync(NetworkStream client, NetworkStream server) =>
        Task.WhenAny(ForwardAsync(client, server, Asked), ForwardAsync(server, client, AnsweredAsync));

    private static int PortOf(string broker) => int.Parse(broker.Split(':')[1], CultureInfo.InvariantCulture);

    // The host as a string of Kafka's protocol ends, and its port follows.
    private static byte[] Encode(int port) => [.. "127.0.0.1"u8, 0, 0, (byte)(port >> 8), (byte)port];

    private async Task ForwardAsync(NetworkStream from, NetworkStream to, Func<byte[], Task> seen)
    {
        try
        {
            var head = new byte[4];
            while (true)
            {
                await from.ReadExactlyAsync(head, Stopping);
                var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
                await from.ReadExactlyAsync(frame, Stopping);
                await seen(frame);
                await to.WriteAsync((byte[])[.. head, .. frame], Stopping);
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
            return Task.Delay(Timeout.Infinite, Stopping);
        if (SilentAfterCommit && BinaryPrimitives.ReadInt16BigEndian(request) == EndTransaction)
            _silent = true;
        return Task.CompletedTask;
    }

    private async Task AnsweredAsync(byte[] answer)
    {
        if (_silent)
            await Task.Delay(Timeout.Infinite, Stopping);
        for (var rest = answer.AsSpan(); rest.IndexOf(_brokerAddress) is >= 0 and var at; rest = rest[(at + 1)..])
            _address.CopyTo(rest[at..]);
        await Task.Delay(Delay, Stopping);
    }
}
