using System.Collections.Concurrent;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.InProcess;
using Grpc.Core;

namespace Cdp.Rest.Tests.Fakes;

/// <summary>
/// All stages, answering what a test says. Knows three API keys: "admin" may do everything, "reader" has segments:read,
/// "down" cannot be verified because governance does not answer.
/// </summary>
internal sealed class ScriptedStages : ServiceBinderBase
{
    private readonly ConcurrentDictionary<Type, Delegate> _answers = new();

    public ScriptedStages()
    {
        CollectionService.BindService(this, null);
        SourceService.BindService(this, null);
        ImportService.BindService(this, null);
        IdentityService.BindService(this, null);
        IdentityRulesService.BindService(this, null);
        ProfileService.BindService(this, null);
        SegmentService.BindService(this, null);
        ActivationService.BindService(this, null);
        ApiKeyService.BindService(this, null);
        AuditService.BindService(this, null);
        ConsentService.BindService(this, null);
        RegulationService.BindService(this, null);
        Answer<VerifyApiKeyRequest, ApiKey>(Verify);
    }

    /// <summary>The stages' method table.</summary>
    public InProcessMethods Methods { get; } = new();

    /// <summary>Calls so far, in order: method, request, metadata.</summary>
    public ConcurrentQueue<(string Method, object Request, Metadata Headers)> Calls { get; } = new();

    /// <summary>What imports sent: the first message and all bytes after it.</summary>
    public Func<IAsyncStreamReader<CreateImportRequest>, ServerCallContext, Task<ImportJob>> Import { get; set; } =
        (_, _) => throw new RpcException(new Status(StatusCode.Unimplemented, "no import expected"));

    public IEnumerable<TRequest> Requests<TRequest>() => Calls.Select(c => c.Request).OfType<TRequest>();

    /// <summary>Says what to answer to a request.</summary>
    public void Answer<TRequest, TResponse>(Func<TRequest, TResponse> answer) => _answers[typeof(TRequest)] = answer;

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        Methods.AddMethod(method, (request, context) =>
        {
            Calls.Enqueue((method.FullName, request, context.RequestHeaders));
            return _answers.TryGetValue(typeof(TRequest), out var answer)
                ? Task.FromResult(((Func<TRequest, TResponse>)answer)(request))
                : throw new RpcException(new Status(StatusCode.Unimplemented, $"The test does not say what {method.FullName} answers."));
        });

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        if (method.Name == nameof(ImportService.ImportServiceBase.CreateImport))
        {
            Methods.AddMethod(method, (ClientStreamingServerMethod<TRequest, TResponse>)(Delegate)
                new ClientStreamingServerMethod<CreateImportRequest, ImportJob>((requests, context) => Import(requests, context)));
        }
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        // REST reads no feed.
    }

    private static ApiKey Verify(VerifyApiKeyRequest request) => request.Secret switch
    {
        "admin" => new ApiKey { Id = "key_admin", Scopes = { "*" } },
        "reader" => new ApiKey { Id = "key_reader", Scopes = { "segments:read" } },
        "down" => throw new RpcException(new Status(StatusCode.Unavailable, "Governance is down.")),
        _ => throw new RpcException(new Status(StatusCode.Unauthenticated, "The key is unknown.")),
    };
}
