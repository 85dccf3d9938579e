using System.Threading.Channels;
using Grpc.Core;

namespace Cdp.InProcess;

/// <summary>One call: its cancellation, deadline, status and trailers.</summary>
internal sealed class InProcessCall
{
    // Longer than any timer can run; a deadline beyond it is none.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);
    private readonly CancellationTokenSource? _deadline;
    private readonly CancellationTokenSource _cancellation;
    private volatile bool _released;
    private Status? _status;

    public InProcessCall(string method, CallOptions options, TimeProvider time)
    {
        if (options.Deadline is { } deadline && deadline != DateTime.MaxValue)
        {
            var left = deadline.ToUniversalTime() - time.GetUtcNow().UtcDateTime;
            if (left < LongestTimer)
                _deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        }
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken, _deadline?.Token ?? CancellationToken.None);
        Token = _cancellation.Token;
        Context = new InProcessServerCallContext(method, options, Token);
    }

    public InProcessServerCallContext Context { get; }

    /// <summary>Cancelled by the caller, by the deadline, or by disposing of the call.</summary>
    public CancellationToken Token { get; }

    public Status GetStatus() =>
        _status ?? (Token.IsCancellationRequested ? Cancelled(null).Status : throw new InvalidOperationException("The call has not ended."));

    public Metadata GetTrailers() => Context.ResponseTrailers;

    public void Cancel()
    {
        if (_released)
            return;
        try
        {
            _cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The service has ended at this very moment: there is nothing left to cancel.
        }
    }

    /// <summary>
    /// Runs a service that gives one answer; a caller that cancels does not wait for the service to notice.
    /// <paramref name="ended"/> runs when the service has ended and its status is known.
    /// </summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> handler, Action? ended)
    {
        try
        {
            return await HandleAsync(handler, ended).WaitAsync(Token);
        }
        catch (OperationCanceledException exception)
        {
            throw Cancelled(exception);
        }
    }

    /// <summary>Runs a service that streams its answers; how it ended goes the same way, after the last of them.</summary>
    public async Task RunStreamAsync<T>(Func<Task> handler, ChannelWriter<T> responses, Action? ended)
    {
        RpcException? failure = null;
        try
        {
            await HandleAsync(Answer, ended);
        }
        catch (RpcException exception)
        {
            failure = exception;
        }
        responses.Complete(failure);

        async Task<bool> Answer()
        {
            await handler();
            return true;
        }
    }

    /// <summary>Writes to a stream of this call, waiting while it is full.</summary>
    public Task WriteAsync<T>(ChannelWriter<T> messages, T message, CancellationToken cancellationToken)
    {
        Token.ThrowIfCancellationRequested();
        cancellationToken.ThrowIfCancellationRequested();
        return messages.TryWrite(message) ? Task.CompletedTask : WriteWhenFreeAsync(messages, message, cancellationToken);
    }

    /// <summary>What a cancelled wait means to the other side.</summary>
    public RpcException Cancelled(OperationCanceledException? exception) => _deadline is { IsCancellationRequested: true }
        ? new RpcException(new Status(StatusCode.DeadlineExceeded, "The deadline has passed.", exception))
        : new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled.", exception));

    /// <summary>What it means to write to a service that has ended.</summary>
    public Exception Closed() => _status is { StatusCode: not StatusCode.OK } status
        ? new RpcException(status, Context.ResponseTrailers)
        : new InvalidOperationException("The stream is complete: nothing more can be written to it.");

    // Linked to the call: whoever waits with a token of its own is let go too when the reader is gone.
    private async Task WriteWhenFreeAsync<T>(ChannelWriter<T> messages, T message, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Token);
        await messages.WriteAsync(message, linked.Token);
    }

    private async Task<T> HandleAsync<T>(Func<Task<T>> handler, Action? ended)
    {
        try
        {
            // As with a remote call, the caller goes on while the service works.
            await Task.Yield();
            Token.ThrowIfCancellationRequested();
            var response = await handler();
            if (Context.Status.StatusCode != StatusCode.OK)
                throw new RpcException(Context.Status);
            _status = Context.Status;
            return response;
        }
        catch (Exception exception)
        {
            throw Failed(exception);
        }
        finally
        {
            Context.SendHeaders([]);
            // Not before: a service that still reads would take a cancelled stream for a complete one.
            ended?.Invoke();
            Release();
        }
    }

    // Every call is linked to its caller's token, which may live as long as the process: what is not released adds up.
    private void Release()
    {
        _released = true;
        _cancellation.Dispose();
        _deadline?.Dispose();
    }

    private RpcException Failed(Exception exception)
    {
        var failure = exception switch
        {
            RpcException rpc => rpc,
            OperationCanceledException cancelled when Token.IsCancellationRequested => Cancelled(cancelled),
            _ => new RpcException(new Status(StatusCode.Unknown, "The service failed.", exception)),
        };
        foreach (var trailer in failure.Trailers)
            Context.ResponseTrailers.Add(trailer);
        _status = failure.Status;
        // A new one, as a remote caller gets it: the service may throw the same exception to several callers.
        return new RpcException(new Status(failure.StatusCode, failure.Status.Detail, exception), Context.ResponseTrailers);
    }
}
