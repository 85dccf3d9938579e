using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cdp.Bench.Load;

/// <summary>One kept-alive HTTP/1.1 connection, one request at a time; knows just enough HTTP to cost little.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[16 * 1024];

    public Task OpenAsync(IPEndPoint endpoint) => _socket.ConnectAsync(endpoint);

    /// <summary>Sends a request and returns the status of its answer.</summary>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request)
    {
        while (!request.IsEmpty)
            request = request[await _socket.SendAsync(request)..];
        var length = 0;
        while (true)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(length));
            if (read == 0)
                throw new IOException("The server closed the connection.");
            length += read;
            if (IsComplete(_buffer.AsSpan(0, length)))
                return ((_buffer[9] - '0') * 100) + ((_buffer[10] - '0') * 10) + (_buffer[11] - '0');
        }
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsComplete(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        var headers = answer[..head];
        var at = headers.IndexOf("Content-Length: "u8);
        if (at < 0)
            return answer[^5..].SequenceEqual("0\r\n\r\n"u8);
        var text = Encoding.ASCII.GetString(headers[(at + 16)..]);
        var end = text.IndexOf('\r', StringComparison.Ordinal);
        return answer.Length >= head + 4 + int.Parse(end < 0 ? text : text[..end], System.Globalization.CultureInfo.InvariantCulture);
    }
}
