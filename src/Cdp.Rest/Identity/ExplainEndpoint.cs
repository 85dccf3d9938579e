using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.Rest.Profiles;
using IdentityClient = Cdp.Contracts.Identity.V1.IdentityService.IdentityServiceClient;

namespace Cdp.Rest.Identity;

/// <summary>Why two identifiers are one person.</summary>
internal static class ExplainEndpoint
{
    /// <summary>Both identifiers are <c>{type}:{value}</c>.</summary>
    public static async Task<ExplanationResponse> ExplainAsync(string? a, string? b, IdentityClient identity, CancellationToken cancellationToken)
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
