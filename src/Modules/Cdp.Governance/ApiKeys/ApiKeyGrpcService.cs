using Cdp.Contracts.Actors;
using Cdp.Contracts.Governance.V1;
using Grpc.Core;

namespace Cdp.Governance.ApiKeys;

/// <summary>API keys over gRPC.</summary>
public sealed class ApiKeyGrpcService(ApiKeyRegistry keys, IApiKeyStore store) : ApiKeyService.ApiKeyServiceBase
{
    /// <inheritdoc />
    public override async Task<CreateApiKeyResponse> CreateApiKey(CreateApiKeyRequest request, ServerCallContext context)
    {
        var (key, secret) = await keys.CreateAsync(request.Name, request.Scopes, Actor.Of(context), context.CancellationToken);
        return new CreateApiKeyResponse { Key = Map(key), Secret = secret };
    }

    /// <inheritdoc />
    public override async Task<ListApiKeysResponse> ListApiKeys(ListApiKeysRequest request, ServerCallContext context) =>
        new() { Keys = { (await store.ListAsync(context.CancellationToken)).Select(Map) } };

    /// <inheritdoc />
    public override async Task<RevokeApiKeyResponse> RevokeApiKey(RevokeApiKeyRequest request, ServerCallContext context)
    {
        await keys.RevokeAsync(request.Id, context.CancellationToken);
        return new RevokeApiKeyResponse();
    }

    /// <inheritdoc />
    public override async Task<ApiKey> VerifyApiKey(VerifyApiKeyRequest request, ServerCallContext context) =>
        Map(await keys.VerifyAsync(request.Secret, context.CancellationToken)
            ?? throw new RpcException(new Status(StatusCode.Unauthenticated, "The API key is missing, unknown or revoked.")));

    private static ApiKey Map(StoredApiKey key) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Scopes = { key.Scopes },
        CreatedAt = key.CreatedAt,
        RevokedAt = key.RevokedAt,
        Hint = key.Hint,
    };
}
