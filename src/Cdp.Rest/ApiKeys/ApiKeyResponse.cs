using System.Text.Json.Serialization;
using Cdp.Contracts.Governance.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.ApiKeys;

/// <summary>An API key.</summary>
/// <param name="Id">Id; sorts by creation.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Hint">The last 4 characters of the secret.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="RevokedAt">When it was revoked; null while it is valid.</param>
/// <param name="Secret">The secret; only in the answer that made it.</param>
internal sealed record ApiKeyResponse(
    string Id, string Name, IEnumerable<string> Scopes, string Hint, DateTime CreatedAt, DateTime? RevokedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret = null)
{
    public static ApiKeyResponse From(ApiKey key) =>
        new(key.Id, key.Name, key.Scopes, key.Hint, UnixTime.At(key.CreatedAt), UnixTime.Optional(key.RevokedAt));
}

/// <summary>All keys, oldest first.</summary>
/// <param name="Keys">The keys.</param>
internal sealed record ApiKeysResponse(IEnumerable<ApiKeyResponse> Keys);
