using System.Threading.Channels;
using Grpc.Core;

namespace Cdp.InProcess;

/// <summary>Where a service writes; a full stream makes it wait.</summary>
internal sealed class ResponseStreamWriter<T>(ChannelWriter<T> messages, InProcessCall call) : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        call.Context.SendHeaders([]);
        return call.WriteAsync(messages, message, cancellationToken);
    }
}
