using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.Rest.Authentication;
using Cdp.Rest.Profiles;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using IdentityClient = Cdp.Contracts.Identity.V1.IdentityService.IdentityServiceClient;

namespace Cdp.Rest.Identity;

/// <summary>Why two identifiers are one person.</summary>
internal static class ExplainEndpoint
{
    public static void MapExplain(this IEndpointRouteBuilder api) =>
        api.MapGet("/v1/identity/explain", ExplainAsync).RequireScope("identity:read").WithTags("Identity")
            .WithSummary("The chain of events that ties two identifiers, or why nothing does.");

    /// <summary>Both identifiers are <c>{type}:{value}</c>.</summary>
    private static async Task<ExplanationResponse> ExplainAsync(string? a, string? b, IdentityClient identity, CancellationToken cancellationToken)
    {
        var errors = new List<FieldError>();
        var request = new ExplainRequest { A = Read(a, "a", errors), B = Read(b, "b", errors) };
        if (errors.Count > 0)
            throw Failure.Invalid(errors);
        return ExplanationResponse.From(request, await identity.ExplainAsync(request, cancellationToken: cancellationToken));
    }

    private static Identifier? Read(string? text, string field, List<FieldError> errors)
    {
        var identifier = text is null ? null : ProfileReference.Parse(text).Identifier;
        if (identifier is null)
            errors.Add(new FieldError(field, "expected an identifier, type:value, such as user_id:u-1"));
        return identifier;
    }
}
