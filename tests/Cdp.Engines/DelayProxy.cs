using System.Net.Sockets;

namespace Cdp.Engines;

/// <summary>Delays the answers of a server that gives one to each request before it reads the next, as MongoDB's and HTTP/1.1 do.</summary>
/// <param name="server">Port of the server.</param>
public sealed class DelayProxy(int server) : TcpProxy(server)
{
    private const int BufferBytes = 64 * 1024;

    /// <inheritdoc />
    protected override async Task ServeAsync(NetworkStream client, NetworkStream server)
    {
        var isAsked = false;
        await Task.WhenAny(
            ForwardAsync(client, server, () =>
            {
                Volatile.Write(ref isAsked, true);
                return Task.CompletedTask;
            }),
            // The rest of a long answer follows its beginning at once.
            ForwardAsync(server, client, () => Interlocked.Exchange(ref isAsked, false) ? Task.Delay(Delay, Stopping) : Task.CompletedTask));
    }

    private async Task ForwardAsync(NetworkStream from, NetworkStream to, Func<Task> before)
    {
        try
        {
            var buffer = new byte[BufferBytes];
            while (await from.ReadAsync(buffer, Stopping) is > 0 and var length)
            {
                await before();
                await to.WriteAsync(buffer.AsMemory(0, length), Stopping);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Either end closed it.
        }
    }
}
