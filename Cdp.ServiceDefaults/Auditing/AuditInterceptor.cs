using System.Collections.Concurrent;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Governance.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.ServiceDefaults.Auditing;

/// <summary>
/// Leaves one audit entry for each successful call of an rpc that is marked <c>audited</c> in its proto, before the answer
/// goes out. Where the entry cannot be written, the call fails: an administrative change is never silent.
/// </summary>
/// <param name="services">Where the audit client comes from; resolved at the first audited call.</param>
public sealed class AuditInterceptor(IServiceProvider services) : Interceptor
{
    /// <summary>gRPC metadata that names who calls: the id of an API key. Absent: the platform itself.</summary>
    public const string ActorHeader = "cdp-actor";

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Actions = new(FindAuditedMethods);
    private readonly ConcurrentDictionary<MessageDescriptor, FieldDescriptor?> _targets = new();

    /// <inheritdoc />
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var response = await continuation(request, context);
        await AuditAsync(context, request as IMessage, response as IMessage);
        return response;
    }

    /// <inheritdoc />
    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var response = await continuation(requestStream, context);
        await AuditAsync(context, null, response as IMessage);
        return response;
    }

    private async Task AuditAsync(ServerCallContext context, IMessage? request, IMessage? response)
    {
        if (!Actions.Value.TryGetValue(context.Method, out var action))
            return;
        var audit = services.GetRequiredService<AuditService.AuditServiceClient>();
        var entry = new RecordAuditRequest
        {
            Actor = context.RequestHeaders.GetValue(ActorHeader) ?? "system",
            Action = action,
            Target = Target(request) ?? Target(response) ?? "",
        };
        try
        {
            await audit.RecordAuditAsync(entry, cancellationToken: context.CancellationToken);
        }
        catch (RpcException exception)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"The change was made but not audited ({exception.Status.Detail}); make it again.", exception));
        }
    }

    // What a change was made to: the id or key of the request, else of the thing in the answer. Never another field.
    private string? Target(IMessage? message)
    {
        if (message is null)
            return null;
        var field = _targets.GetOrAdd(message.Descriptor, descriptor =>
            descriptor.FindFieldByName("id")
            ?? descriptor.Fields.InDeclarationOrder().FirstOrDefault(f => f.Name == "key" && f.FieldType == FieldType.String)
            ?? descriptor.Fields.InDeclarationOrder().FirstOrDefault(f =>
                f.FieldType == FieldType.Message && !f.IsRepeated && f.MessageType.FindFieldByName("id") is not null));
        var value = field?.Accessor.GetValue(message);
        return value switch
        {
            string { Length: > 0 } id => id,
            IMessage inner => Target(inner),
            _ => null,
        };
    }

    private static Dictionary<string, string> FindAuditedMethods()
    {
        FileDescriptor[] files =
        [
            Contracts.Collection.V1.CollectionReflection.Descriptor, Contracts.Identity.V1.IdentityReflection.Descriptor,
            Contracts.Profile.V1.ProfileReflection.Descriptor, Contracts.SegmentSearch.V1.SegmentSearchReflection.Descriptor,
            Contracts.Activation.V1.ActivationReflection.Descriptor, GovernanceReflection.Descriptor,
        ];
        return files.SelectMany(f => f.Services).SelectMany(s => s.Methods)
            .Select(m => (Name: $"/{m.Service.FullName}/{m.Name}", Action: m.GetOptions()?.GetExtension(CommonExtensions.Audited)))
            .Where(m => !string.IsNullOrEmpty(m.Action))
            .ToDictionary(m => m.Name, m => m.Action!);
    }
}
