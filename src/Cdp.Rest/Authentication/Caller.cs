using Cdp.Contracts.Scopes;
using Microsoft.AspNetCore.Http;

namespace Cdp.Rest.Authentication;

/// <summary>Who calls: an API key that was verified.</summary>
/// <param name="KeyId">Id of the key.</param>
/// <param name="Scopes">What it may do.</param>
public sealed record Caller(string KeyId, IReadOnlyCollection<string> Scopes)
{
    /// <summary>Whether the key has a scope.</summary>
    public bool Has(string scope) => Scope.Covers(Scopes, scope);

    /// <summary>The caller of a request; null where it needs none.</summary>
    public static Caller? Of(HttpContext? context) => context?.Features.Get<Caller>();
}
