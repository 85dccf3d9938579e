using Grpc.Core;

namespace Cdp.Identity.Tests.Fakes;

/// <summary>Requests of a stream; after the last it ends, or waits for a signal and fails.</summary>
internal sealed class RequestStream<T>(IReadOnlyList<T> requests, bool isOpen = false) : IAsyncStreamReader<T>
{
    private int _next = -1;

    /// <summary>Completes when all requests have been read.</summary>
    public TaskCompletionSource AllRead { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public T Current => requests[_next];

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (++_next < requests.Count)
            return true;
        AllRead.TrySetResult();
        if (isOpen)
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return false;
    }
}
