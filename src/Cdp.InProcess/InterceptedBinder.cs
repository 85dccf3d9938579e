using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Cdp.InProcess;

/// <summary>Puts a server interceptor in front of every method that is bound through it.</summary>
/// <param name="inner">Where the wrapped methods are bound.</param>
/// <param name="interceptor">The interceptor.</param>
public sealed class InterceptedBinder(ServiceBinderBase inner, Interceptor interceptor) : ServiceBinderBase
{
    /// <inheritdoc />
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(method, handler is null ? null! : (request, context) => interceptor.UnaryServerHandler(request, context, handler));

    /// <inheritdoc />
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(method, handler is null ? null! : (requests, context) => interceptor.ClientStreamingServerHandler(requests, context, handler));

    /// <inheritdoc />
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(method, handler is null ? null! : (request, responses, context) => interceptor.ServerStreamingServerHandler(request, responses, context, handler));

    /// <inheritdoc />
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(method, handler is null ? null! : (requests, responses, context) => interceptor.DuplexStreamingServerHandler(requests, responses, context, handler));
}
