using Cdp.Contracts.Governance.V1;
using Cdp.Rest.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using ApiKeyClient = Cdp.Contracts.Governance.V1.ApiKeyService.ApiKeyServiceClient;

namespace Cdp.Rest.ApiKeys;

/// <summary>API keys and their scopes.</summary>
internal static class ApiKeyEndpoints
{
    public static void MapApiKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/v1/api-keys").WithTags("API keys");
        keys.MapPost("", CreateAsync).RequireScope("api_keys:write").WithSummary("Creates a key; its secret is shown this once.");
        keys.MapGet("", ListAsync).RequireScope("api_keys:read").WithSummary("All keys, oldest first, without secrets.");
        keys.MapDelete("/{id}", RevokeAsync).RequireScope("api_keys:write").WithSummary("Revokes a key; it stops working within 5 seconds.");
    }

    private static async Task<Created<ApiKeyResponse>> CreateAsync(CreateApiKeyBody body, ApiKeyClient client, CancellationToken cancellationToken)
    {
        var request = new CreateApiKeyRequest { Name = body.Name ?? "", Scopes = { (body.Scopes ?? []).Select(s => s ?? "") } };
        var created = await client.CreateApiKeyAsync(request, cancellationToken: cancellationToken);
        return TypedResults.Created($"/v1/api-keys/{created.Key.Id}", ApiKeyResponse.From(created.Key) with { Secret = created.Secret });
    }

    private static async Task<ApiKeysResponse> ListAsync(ApiKeyClient client, CancellationToken cancellationToken)
    {
        var found = await client.ListApiKeysAsync(new ListApiKeysRequest(), cancellationToken: cancellationToken);
        return new ApiKeysResponse(found.Keys.Select(ApiKeyResponse.From));
    }

    private static async Task<NoContent> RevokeAsync(string id, ApiKeyClient client, CancellationToken cancellationToken)
    {
        await client.RevokeApiKeyAsync(new RevokeApiKeyRequest { Id = id }, cancellationToken: cancellationToken);
        return TypedResults.NoContent();
    }
}

/// <summary>A key to create.</summary>
/// <param name="Name">Name; required.</param>
/// <param name="Scopes">Scopes such as <c>profiles:read</c>; at least one.</param>
internal sealed record CreateApiKeyBody(string? Name, IReadOnlyList<string?>? Scopes);
