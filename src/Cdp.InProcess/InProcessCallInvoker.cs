using System.Threading.Channels;
using Grpc.Core;

namespace Cdp.InProcess;

/// <summary>
/// Calls gRPC services of the same process through their own method tables: no socket and no serialisation. Messages are
/// passed by reference, so neither side may change a message once it was sent.
/// </summary>
/// <param name="methods">The services that can be called.</param>
/// <param name="time">Clock for deadlines; the system's where none is given.</param>
public sealed class InProcessCallInvoker(InProcessMethods methods, TimeProvider? time = null) : CallInvoker
{
    /// <summary>Messages that a stream holds before its writer has to wait.</summary>
    private const int StreamBuffer = 16;

    /// <inheritdoc />
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw new NotSupportedException("Blocking calls hold a thread; use the asynchronous method.");

    /// <inheritdoc />
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = CreateCall(method.FullName, options);
        var response = call.RunAsync(
            () => methods.Find<UnaryServerMethod<TRequest, TResponse>>(method.FullName)(request, call.Context), ended: null);
        return new AsyncUnaryCall<TResponse>(response, call.Context.ResponseHeaders, call.GetStatus, call.GetTrailers, call.Cancel);
    }

    /// <inheritdoc />
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = CreateCall(method.FullName, options);
        var responses = CreateChannel<TResponse>();
        // Not awaited here: how it ends, failures included, reaches the caller through the stream.
        _ = call.RunStreamAsync(
            () => methods.Find<ServerStreamingServerMethod<TRequest, TResponse>>(method.FullName)(
                request, new ResponseStreamWriter<TResponse>(responses.Writer, call), call.Context),
            responses.Writer,
            ended: null);
        return new AsyncServerStreamingCall<TResponse>(
            new ChannelStreamReader<TResponse>(responses.Reader, call), call.Context.ResponseHeaders, call.GetStatus, call.GetTrailers, call.Cancel);
    }

    /// <inheritdoc />
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = CreateCall(method.FullName, options);
        var requests = CreateChannel<TRequest>();
        var response = call.RunAsync(
            () => methods.Find<ClientStreamingServerMethod<TRequest, TResponse>>(method.FullName)(
                new ChannelStreamReader<TRequest>(requests.Reader, call), call.Context),
            ended: () => requests.Writer.TryComplete());
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            new RequestStreamWriter<TRequest>(requests.Writer, call), response, call.Context.ResponseHeaders, call.GetStatus, call.GetTrailers, call.Cancel);
    }

    /// <inheritdoc />
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = CreateCall(method.FullName, options);
        var requests = CreateChannel<TRequest>();
        var responses = CreateChannel<TResponse>();
        // Not awaited here: how it ends, failures included, reaches the caller through the stream.
        _ = call.RunStreamAsync(
            () => methods.Find<DuplexStreamingServerMethod<TRequest, TResponse>>(method.FullName)(
                new ChannelStreamReader<TRequest>(requests.Reader, call), new ResponseStreamWriter<TResponse>(responses.Writer, call), call.Context),
            responses.Writer,
            ended: () => requests.Writer.TryComplete());
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            new RequestStreamWriter<TRequest>(requests.Writer, call),
            new ChannelStreamReader<TResponse>(responses.Reader, call),
            call.Context.ResponseHeaders, call.GetStatus, call.GetTrailers, call.Cancel);
    }

    private InProcessCall CreateCall(string method, CallOptions options) => new(method, options, time ?? TimeProvider.System);

    private static Channel<T> CreateChannel<T>() =>
        Channel.CreateBounded<T>(new BoundedChannelOptions(StreamBuffer) { SingleReader = true, SingleWriter = true });
}
