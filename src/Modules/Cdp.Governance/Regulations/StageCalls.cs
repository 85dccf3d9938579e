using Grpc.Core;

namespace Cdp.Governance.Regulations;

/// <summary>Calls of other stages that end: one that hangs must not hold up every other deletion.</summary>
internal static class StageCalls
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task<TResponse> CallAsync<TRequest, TResponse>(
        Func<TRequest, Metadata?, DateTime?, CancellationToken, AsyncUnaryCall<TResponse>> method,
        TRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        return await method(request, null, null, either.Token);
    }
}
