using Cdp.Contracts.Actors;
using Cdp.Contracts.Governance.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.ServiceDefaults.Auditing;

/// <summary>
/// Leaves one audit entry for each successful call of an rpc that is marked <c>audited</c> in its proto, before the answer
/// goes out. Where the entry cannot be written, the call fails: an administrative change is never silent.
/// </summary>
/// <param name="services">Where the audit client comes from; resolved at the first audited call.</param>
/// <param name="time">Clock.</param>
public sealed class AuditInterceptor(IServiceProvider services, TimeProvider time) : Interceptor
{
    /// <summary>gRPC metadata that names who calls: the id of an API key. Absent: the platform itself.</summary>
    public const string ActorHeader = Actor.Header;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (AuditedMethods.ActionOf(context.Method) is not { } action)
            return await continuation(request, context);
        var audit = Client();
        var response = await continuation(request, context);
        await RecordAsync(audit, context, action, AuditTarget.Of(request as IMessage, response as IMessage));
        return response;
    }

    /// <inheritdoc />
    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        if (AuditedMethods.ActionOf(context.Method) is not { } action)
            return await continuation(requestStream, context);
        var audit = Client();
        var response = await continuation(requestStream, context);
        await RecordAsync(audit, context, action, AuditTarget.Of(null, response as IMessage));
        return response;
    }

    // Taken before the change is made: a host that has no client fails without having changed anything.
    private AuditService.AuditServiceClient Client() => services.GetRequiredService<AuditService.AuditServiceClient>();

    private async Task RecordAsync(AuditService.AuditServiceClient audit, ServerCallContext context, string action, string target)
    {
        var entry = new RecordAuditRequest { Actor = Actor.Of(context), Action = action, Target = target };
        // Not the caller's own token: who hangs up after the change was made would leave it without an entry. And not
        // without end: a governance that hangs must not pile up calls in every other stage.
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await audit.RecordAuditAsync(entry, cancellationToken: patience.Token);
        }
        catch (RpcException exception)
        {
            throw new RpcException(new Status(
                StatusCode.Unavailable, $"The change was made but not audited ({exception.StatusCode}): see whether it is there before making it again.", exception));
        }
    }
}
