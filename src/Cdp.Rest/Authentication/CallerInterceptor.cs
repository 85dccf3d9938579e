using Cdp.ServiceDefaults.Auditing;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;

namespace Cdp.Rest.Authentication;

/// <summary>
/// Goes on every call that the front door makes for a request: tells the stage who calls, for the audit trail, and gives
/// the call a deadline, so that a stage that hangs, or waits for its store, is told to the caller as 503.
/// </summary>
/// <param name="requests">The request, where there is one; the platform's own work has none.</param>
/// <param name="time">Clock.</param>
public sealed class CallerInterceptor(IHttpContextAccessor requests, TimeProvider time) : Interceptor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, For(context, context.Options.Deadline ?? (time.GetUtcNow() + Patience).UtcDateTime));

    /// <inheritdoc />
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, For(context, context.Options.Deadline));

    /// <inheritdoc />
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(For(context, context.Options.Deadline));

    private ClientInterceptorContext<TRequest, TResponse> For<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context, DateTime? deadline)
        where TRequest : class
        where TResponse : class
    {
        if (Caller.Of(requests.HttpContext) is not { } caller)
            return context;
        var headers = new Metadata { { AuditInterceptor.ActorHeader, caller.KeyId } };
        foreach (var header in context.Options.Headers ?? [])
            headers.Add(header);
        var options = context.Options.WithHeaders(headers);
        return new(context.Method, context.Host, deadline is { } by ? options.WithDeadline(by) : options);
    }
}
