using Cdp.Contracts.Failures;
using Cdp.Storage.Mongo.Commits;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Cdp.Storage.Mongo.Server;

/// <summary>Tells callers UNAVAILABLE where MongoDB is away for a while, or where the stage has gone to another process: the same call may succeed soon.</summary>
public sealed class MongoFailureInterceptor : Interceptor
{
    /// <inheritdoc />
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception) when (Reason(exception) is { } reason)
        {
            throw Failure.Unavailable(reason);
        }
    }

    /// <inheritdoc />
    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception exception) when (Reason(exception) is { } reason)
        {
            throw Failure.Unavailable(reason);
        }
    }

    /// <inheritdoc />
    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception exception) when (Reason(exception) is { } reason)
        {
            throw Failure.Unavailable(reason);
        }
    }

    /// <inheritdoc />
    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception exception) when (Reason(exception) is { } reason)
        {
            throw Failure.Unavailable(reason);
        }
    }

    // Other timeouts than MongoDB's mean the same to a caller.
    private static string? Reason(Exception exception) => exception switch
    {
        OwnershipLostException => exception.Message,
        _ when MongoServer.IsPassing(exception) => "MongoDB does not answer at the moment.",
        _ => null,
    };
}
