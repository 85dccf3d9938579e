using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Cdp.Governance.Tests.Fakes;

/// <summary>Notes calls by name; fails one before the stage does anything, or after it did all, with its answer lost.</summary>
internal sealed class FaultInterceptor : Interceptor
{
    public List<string> Calls { get; } = [];

    /// <summary>Number of the call, from 1, that fails before it does anything.</summary>
    public int FailBefore { get; set; }

    /// <summary>Number of the call, from 1, whose answer is lost.</summary>
    public int FailAfter { get; set; }

    /// <summary>Runs before each call of a method.</summary>
    public Dictionary<string, Action> Before { get; } = [];

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var number = Enter(context);
        var response = await continuation(request, context);
        Leave(number);
        return response;
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var number = Enter(context);
        await continuation(request, responseStream, context);
        Leave(number);
    }

    private int Enter(ServerCallContext context)
    {
        var name = context.Method["/cdp.".Length..].Replace(".v1", "", StringComparison.Ordinal);
        Calls.Add(name);
        if (Before.TryGetValue(name.Split('/')[1], out var action))
            action();
        if (Calls.Count == FailBefore)
            throw new RpcException(new Status(StatusCode.Unavailable, "away"));
        return Calls.Count;
    }

    private void Leave(int number)
    {
        if (number == FailAfter)
            throw new RpcException(new Status(StatusCode.Unavailable, "answer lost"));
    }
}
