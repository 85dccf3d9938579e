using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using IdentityClient = Cdp.Contracts.Identity.V1.IdentityService.IdentityServiceClient;

namespace Cdp.Rest.Profiles;

/// <summary>Which profile a path names: a profile id, or <c>{type}:{value}</c>. The value may hold any character.</summary>
/// <param name="Id">Profile id; null where an identifier is named.</param>
/// <param name="Identifier">Identifier; null where an id is named.</param>
internal sealed record ProfileReference(string? Id, Identifier? Identifier)
{
    private const string Parameter = "id";
    // Segments of /v1/profiles/{id} before the id, counting the one before the first slash.
    private const int SegmentsBefore = 3;

    /// <summary>Reads the reference from the path; found by minimal APIs.</summary>
    public static ValueTask<ProfileReference?> BindAsync(HttpContext context) =>
        ValueTask.FromResult<ProfileReference?>(Parse(Decode(context, (string)context.Request.RouteValues[Parameter]!)));

    /// <summary>The first colon ends the type; ids hold none.</summary>
    public static ProfileReference Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? new ProfileReference(text, null)
            : new ProfileReference(null, new Identifier { Type = text[..colon], Value = text[(colon + 1)..] });
    }

    /// <summary>The request for the profile's document.</summary>
    public GetProfileRequest ToRequest() => Id is { } id ? new GetProfileRequest { Id = id } : new GetProfileRequest { Identifier = Identifier };

    /// <summary>The profile's id; asks identity where an identifier is named.</summary>
    public async ValueTask<string> ResolveAsync(IdentityClient identity, CancellationToken cancellationToken) =>
        Id ?? (await identity.LookupAsync(new LookupRequest { Identifier = Identifier }, cancellationToken: cancellationToken)).Id;

    // The server decodes the path except for encoded slashes, so that "%2F" may stand for "/" or for "%2F": only the path
    // as it was sent tells which.
    private static string Decode(HttpContext context, string value)
    {
        if (!value.Contains("%2f", StringComparison.OrdinalIgnoreCase))
            return value;
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (Uri.TryCreate(path, UriKind.Absolute, out var absolute) && absolute.Scheme.StartsWith("http", StringComparison.Ordinal))
            path = absolute.PathAndQuery;
        var segments = path.Split('?')[0].Split('/');
        return segments.Length > SegmentsBefore ? Uri.UnescapeDataString(segments[SegmentsBefore]) : value;
    }
}
