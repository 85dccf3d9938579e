using System.Threading.Channels;
using Grpc.Core;

namespace Cdp.InProcess;

/// <summary>Where a client writes; a full stream makes it wait, and a service that has ended makes it fail.</summary>
internal sealed class RequestStreamWriter<T>(ChannelWriter<T> messages, InProcessCall call) : IClientStreamWriter<T>
{
    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        try
        {
            await call.WriteAsync(messages, message, cancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            throw call.Cancelled(exception);
        }
        catch (ChannelClosedException)
        {
            throw call.Closed();
        }
    }

    public Task CompleteAsync()
    {
        messages.TryComplete();
        return Task.CompletedTask;
    }
}
