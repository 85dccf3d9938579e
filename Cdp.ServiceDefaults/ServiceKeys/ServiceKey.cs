using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.ServiceDefaults.ServiceKeys;

/// <summary>
/// The secret that services show each other when they listen beyond loopback. Not configured: none is asked for, and
/// <see cref="CdpHost"/> refuses to listen beyond loopback.
/// </summary>
public sealed class ServiceKey(IConfiguration configuration)
{
    /// <summary>Configuration path.</summary>
    public const string Setting = "Cdp:ServiceKey";

    /// <summary>Header and gRPC metadata that carries it.</summary>
    public const string Header = "cdp-service-key";

    private readonly byte[]? _hash = configuration[Setting] is { Length: > 0 } key ? Hash(key) : null;

    /// <summary>The key to show to other services; null where none is configured.</summary>
    public string? Value { get; } = configuration[Setting] is { Length: > 0 } key ? key : null;

    /// <summary>Whether a caller showed the right key.</summary>
    public bool Accepts(string? shown) =>
        _hash is null || (shown is not null && CryptographicOperations.FixedTimeEquals(Hash(shown), _hash));

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}

/// <summary>Asks callers of a stage's process for the service key.</summary>
public static class ServiceKeyMiddleware
{
    /// <summary>Refuses every call without the service key, health aside.</summary>
    public static void UseServiceKey(this IApplicationBuilder app)
    {
        var key = app.ApplicationServices.GetRequiredService<ServiceKey>();
        app.Use(async (context, next) =>
        {
            if (key.Accepts(context.Request.Headers[ServiceKey.Header]) || context.Request.Path.StartsWithSegments("/health") || context.Request.Path.StartsWithSegments("/alive"))
                await next(context);
            else
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        });
    }
}

/// <summary>Adds the service key to every call of another service.</summary>
internal sealed class ServiceKeyInterceptor(ServiceKey key) : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, WithKey(context));

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, WithKey(context));

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(WithKey(context));

    private ClientInterceptorContext<TRequest, TResponse> WithKey<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        if (key.Value is null)
            return context;
        var headers = context.Options.Headers ?? [];
        headers.Add(ServiceKey.Header, key.Value);
        return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithHeaders(headers));
    }
}
