using System.Threading.Channels;
using Grpc.Core;

namespace Cdp.InProcess;

/// <summary>The reading end of an in-process stream.</summary>
internal sealed class ChannelStreamReader<T>(ChannelReader<T> messages, ServerCallContext call) : IAsyncStreamReader<T>
{
    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("MoveNext has not returned a message.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        using var linked = cancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.CancellationToken)
            : null;
        try
        {
            while (await messages.WaitToReadAsync(linked?.Token ?? call.CancellationToken))
            {
                if (messages.TryRead(out _current))
                    return true;
            }
            return false;
        }
        catch (OperationCanceledException exception)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled.", exception));
        }
    }
}

/// <summary>The writing end of an in-process stream; a full stream makes the writer wait.</summary>
internal sealed class ChannelStreamWriter<T>(ChannelWriter<T> messages, ServerCallContext call)
    : IServerStreamWriter<T>, IClientStreamWriter<T>
{
    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => messages.WriteAsync(message, call.CancellationToken).AsTask();

    public Task WriteAsync(T message, CancellationToken cancellationToken) =>
        messages.WriteAsync(message, cancellationToken.CanBeCanceled ? cancellationToken : call.CancellationToken).AsTask();

    public Task CompleteAsync()
    {
        messages.TryComplete();
        return Task.CompletedTask;
    }
}
