using Cdp.Contracts.Actors;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Ids;
using Cdp.Contracts.Scopes;
using Grpc.Core;

namespace Cdp.Governance.ApiKeys;

/// <summary>Creates, finds and revokes API keys.</summary>
public sealed class ApiKeyRegistry(IApiKeyStore store, TimeProvider time)
{
    private const int LongestName = 200;

    /// <summary>Creates a key; returns it with its secret.</summary>
    /// <param name="name">Name.</param>
    /// <param name="scopes">Scopes.</param>
    /// <param name="actor">Who creates it: no key gives another one more than it has itself.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<(StoredApiKey Key, string Secret)> CreateAsync(
        string name, IReadOnlyList<string> scopes, string actor, CancellationToken cancellationToken)
    {
        Validate(name, scopes);
        if (actor != Actor.System)
            await RequireScopesAsync(actor, scopes, cancellationToken);
        var secret = ApiKeySecret.New();
        var key = New(name.Trim(), [.. scopes.Distinct(StringComparer.Ordinal)], secret, isConfigured: false);
        await store.PutAsync([key], cancellationToken);
        return (key, secret);
    }

    /// <summary>The valid key of a secret; null where it is unknown or revoked.</summary>
    public async Task<StoredApiKey?> VerifyAsync(string secret, CancellationToken cancellationToken)
    {
        if (secret.Length is 0 or > ApiKeySecret.Longest)
            return null;
        var key = await store.FindAsync(ApiKeySecret.Hash(secret), cancellationToken);
        return key is { IsValid: true } ? key : null;
    }

    /// <summary>Revokes a key for ever.</summary>
    public async Task RevokeAsync(string id, CancellationToken cancellationToken)
    {
        var key = await store.GetAsync(id, cancellationToken) ?? throw Failure.NotFound("API key", id);
        if (key.IsValid)
            await store.PutAsync([key with { RevokedAt = Now() }], cancellationToken);
    }

    /// <summary>A key that is not stored yet.</summary>
    internal StoredApiKey New(string name, IReadOnlyList<string> scopes, string secret, bool isConfigured) =>
        new(Id.New("key", time), name, scopes, ApiKeySecret.Hash(secret), ApiKeySecret.Hint(secret), isConfigured, Now(), 0);

    private static void Validate(string name, IReadOnlyList<string> scopes)
    {
        var errors = new List<FieldError>();
        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName)
            errors.Add(new FieldError("name", $"has {name.Length} characters; expected 1 to {LongestName}, not only blanks"));
        if (scopes.Count == 0)
            errors.Add(new FieldError("scopes", $"is empty; expected at least one of {string.Join(", ", Scope.Known)}"));
        for (var i = 0; i < scopes.Count; i++)
        {
            if (!Scope.IsKnown(scopes[i]))
                errors.Add(new FieldError($"scopes[{i}]", $"is not a known scope; expected one of {string.Join(", ", Scope.Known)}"));
        }
        if (errors.Count > 0)
            throw Failure.Invalid(errors);
    }

    private async Task RequireScopesAsync(string actor, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        var own = await store.GetAsync(actor, cancellationToken);
        if (own is not { IsValid: true })
            throw new RpcException(new Status(StatusCode.PermissionDenied, "The calling key is unknown or revoked."));
        var missing = scopes.Where(s => !Scope.Covers(own.Scopes, s)).ToList();
        if (missing.Count > 0)
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"The calling key itself lacks {string.Join(", ", missing)}."));
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
