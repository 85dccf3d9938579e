using System.Threading.Channels;
using Grpc.Core;

namespace Cdp.InProcess;

/// <summary>One call: its cancellation, deadline, status and trailers.</summary>
internal sealed class InProcessCall
{
    private readonly CancellationTokenSource _cancellation;
    private readonly DateTime? _deadline;
    private Status? _status;

    public InProcessCall(string method, CallOptions options)
    {
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        _deadline = options.Deadline;
        if (options.Deadline is { } deadline && deadline != DateTime.MaxValue)
        {
            var left = deadline.ToUniversalTime() - DateTime.UtcNow;
            _cancellation.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
        Context = new InProcessServerCallContext(method, options, _cancellation.Token);
    }

    public InProcessServerCallContext Context { get; }

    public Task<Metadata> ResponseHeaders { get; } = Task.FromResult(Metadata.Empty);

    public Status GetStatus() => _status ?? throw new InvalidOperationException("The call has not ended.");

    public Metadata GetTrailers() => Context.ResponseTrailers;

    public void Cancel() => _cancellation.Cancel();

    public async Task<T> RunAsync<T>(Func<Task<T>> handler)
    {
        try
        {
            // As with a remote call, the caller goes on while the service works.
            await Task.Yield();
            var response = await handler().WaitAsync(_cancellation.Token);
            _status = Context.Status;
            return Context.Status.StatusCode == StatusCode.OK ? response : throw new RpcException(Context.Status, Context.ResponseTrailers);
        }
        catch (Exception exception)
        {
            throw Failed(exception);
        }
    }

    public async Task RunStreamAsync<T>(Func<Task> handler, ChannelWriter<T> responses)
    {
        try
        {
            await Task.Yield();
            await handler();
            _status = Context.Status;
            responses.Complete(Context.Status.StatusCode == StatusCode.OK ? null : new RpcException(Context.Status, Context.ResponseTrailers));
        }
        catch (Exception exception)
        {
            responses.Complete(Failed(exception));
        }
    }

    private RpcException Failed(Exception exception)
    {
        var failure = exception switch
        {
            RpcException rpc => rpc,
            OperationCanceledException when _deadline is { } d && DateTime.UtcNow >= d.ToUniversalTime() =>
                new RpcException(new Status(StatusCode.DeadlineExceeded, "The deadline has passed.", exception)),
            OperationCanceledException when _cancellation.IsCancellationRequested =>
                new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled.", exception)),
            _ => new RpcException(new Status(StatusCode.Unknown, "The service failed.", exception)),
        };
        _status = failure.Status;
        return failure;
    }
}
