using System.Threading.Channels;
using Grpc.Core;

namespace Cdp.InProcess;

/// <summary>The reading end of an in-process stream.</summary>
internal sealed class ChannelStreamReader<T>(ChannelReader<T> messages, InProcessCall call) : IAsyncStreamReader<T>
{
    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("MoveNext has not returned a message.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        using var linked = cancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.Token)
            : null;
        try
        {
            while (await messages.WaitToReadAsync(linked?.Token ?? call.Token))
            {
                if (messages.TryRead(out _current))
                    return true;
            }
            return false;
        }
        catch (OperationCanceledException exception)
        {
            throw call.Cancelled(exception);
        }
    }
}
