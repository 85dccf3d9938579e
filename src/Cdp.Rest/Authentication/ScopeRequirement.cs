using Microsoft.AspNetCore.Builder;

namespace Cdp.Rest.Authentication;

/// <summary>The scope that a caller's API key needs for an endpoint, such as <c>segments:write</c>.</summary>
/// <param name="Scope">Name of the scope.</param>
public sealed record ScopeRequirement(string Scope);

/// <summary>Declares the scope of an endpoint. An endpoint without one answers nobody.</summary>
public static class ScopeRequirementBuilder
{
    /// <summary>Requires a scope of the caller's key.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new ScopeRequirement(scope));
        return builder;
    }
}
