using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Rest.Authentication;
using Cdp.Rest.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ProfileClient = Cdp.Contracts.Profile.V1.ProfileService.ProfileServiceClient;
using SegmentClient = Cdp.Contracts.SegmentSearch.V1.SegmentService.SegmentServiceClient;

namespace Cdp.Rest.Profiles;

/// <summary>Profiles by condition.</summary>
internal static class SearchEndpoints
{
    public static void MapProfileSearch(this IEndpointRouteBuilder api) =>
        api.MapPost("/v1/profiles/search", SearchAsync).RequireScope("profiles:read").WithTags("Profiles")
            .WithSummary("Profiles that meet a condition, sorted and paged, with the exact total.");

    private static async Task<SearchResponse> SearchAsync(SearchBody body, SegmentClient segments, ProfileClient profiles, CancellationToken cancellationToken)
    {
        var request = new SearchProfilesRequest
        {
            Condition = body.Condition?.Text ?? "",
            Sort = body.Sort ?? "",
            Limit = body.Limit ?? 0,
            Cursor = body.Cursor ?? "",
        };
        var found = await segments.SearchProfilesAsync(request, cancellationToken: cancellationToken);
        var documents = await profiles.GetProfilesAsync(new GetProfilesRequest { Ids = { found.ProfileIds } }, cancellationToken: cancellationToken);
        return new SearchResponse(
            documents.Profiles.Select(p => ProfileResponse.From(p, segments: null)), found.Total, found.NextCursor.OrNull());
    }
}

/// <summary>What to search for.</summary>
/// <param name="Condition">The condition; all profiles without it.</param>
/// <param name="Sort">Trait to sort by, with - in front for descending; by profile id without it.</param>
/// <param name="Limit">At most this many; default 50, at most 200.</param>
/// <param name="Cursor"><c>next_cursor</c> of the former page.</param>
internal sealed record SearchBody(RawJson? Condition, string? Sort, int? Limit, string? Cursor);

/// <summary>A page of profiles.</summary>
/// <param name="Profiles">The profiles in order, without their segments.</param>
/// <param name="Total">Matches in all; exact.</param>
/// <param name="NextCursor">For the next page; null at the end.</param>
internal sealed record SearchResponse(IEnumerable<ProfileResponse> Profiles, long Total, string? NextCursor);
