using System.Threading.Channels;
using Grpc.Core;

namespace Cdp.InProcess;

/// <summary>
/// Calls gRPC services of the same process through their own method tables: no socket and no serialisation. Messages are
/// passed by reference, so neither side may change a message once it was sent.
/// </summary>
/// <param name="methods">The services that can be called.</param>
public sealed class InProcessCallInvoker(InProcessMethods methods) : CallInvoker
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
        var handler = methods.Find<UnaryServerMethod<TRequest, TResponse>>(method.FullName);
        var call = new InProcessCall(method.FullName, options);
        var response = call.RunAsync(() => handler(request, call.Context));
        return new AsyncUnaryCall<TResponse>(response, call.ResponseHeaders, call.GetStatus, call.GetTrailers, call.Cancel);
    }

    /// <inheritdoc />
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var handler = methods.Find<ServerStreamingServerMethod<TRequest, TResponse>>(method.FullName);
        var call = new InProcessCall(method.FullName, options);
        var channel = CreateChannel<TResponse>();
        _ = call.RunStreamAsync(() => handler(request, new ChannelStreamWriter<TResponse>(channel.Writer, call.Context), call.Context), channel.Writer);
        return new AsyncServerStreamingCall<TResponse>(
            new ChannelStreamReader<TResponse>(channel.Reader, call.Context), call.ResponseHeaders, call.GetStatus, call.GetTrailers, call.Cancel);
    }

    /// <inheritdoc />
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var handler = methods.Find<ClientStreamingServerMethod<TRequest, TResponse>>(method.FullName);
        var call = new InProcessCall(method.FullName, options);
        var channel = CreateChannel<TRequest>();
        var response = call.RunAsync(() => handler(new ChannelStreamReader<TRequest>(channel.Reader, call.Context), call.Context));
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            new ChannelStreamWriter<TRequest>(channel.Writer, call.Context), response, call.ResponseHeaders, call.GetStatus, call.GetTrailers, call.Cancel);
    }

    /// <inheritdoc />
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var handler = methods.Find<DuplexStreamingServerMethod<TRequest, TResponse>>(method.FullName);
        var call = new InProcessCall(method.FullName, options);
        var requests = CreateChannel<TRequest>();
        var responses = CreateChannel<TResponse>();
        _ = call.RunStreamAsync(
            () => handler(
                new ChannelStreamReader<TRequest>(requests.Reader, call.Context),
                new ChannelStreamWriter<TResponse>(responses.Writer, call.Context),
                call.Context),
            responses.Writer);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            new ChannelStreamWriter<TRequest>(requests.Writer, call.Context),
            new ChannelStreamReader<TResponse>(responses.Reader, call.Context),
            call.ResponseHeaders, call.GetStatus, call.GetTrailers, call.Cancel);
    }

    private static Channel<T> CreateChannel<T>() =>
        Channel.CreateBounded<T>(new BoundedChannelOptions(StreamBuffer) { SingleReader = true, SingleWriter = true });
}
