using Grpc.Core;

namespace Cdp.InProcess;

/// <summary>The method table of the services in this process: full method name to handler.</summary>
public sealed class InProcessMethods : ServiceBinderBase
{
    private readonly Dictionary<string, Delegate> _handlers = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        Add(method.FullName, handler);

    /// <inheritdoc />
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(method.FullName, handler);

    /// <inheritdoc />
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(method.FullName, handler);

    /// <inheritdoc />
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(method.FullName, handler);

    /// <summary>The handler of a method; UNIMPLEMENTED where no service in this process has it.</summary>
    internal THandler Find<THandler>(string method)
        where THandler : Delegate =>
        _handlers.TryGetValue(method, out var handler)
            ? (THandler)handler
            : throw new RpcException(new Status(StatusCode.Unimplemented, $"No service in this process has the method {method}."));

    private void Add(string method, Delegate? handler)
    {
        if (handler is null)
            throw new ArgumentException($"{method} was bound without an implementation.", nameof(handler));
        if (!_handlers.TryAdd(method, handler))
            throw new InvalidOperationException($"{method} is bound twice.");
    }
}
