using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Rest.Authentication;
using Cdp.Rest.Profiles;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ProfileClient = Cdp.Contracts.Profile.V1.ProfileService.ProfileServiceClient;
using SegmentClient = Cdp.Contracts.SegmentSearch.V1.SegmentService.SegmentServiceClient;

namespace Cdp.Rest.Identity;

/// <summary>Persons that should not have become one are taken apart.</summary>
internal static class UnmergeEndpoints
{
    public static void MapUnmerge(this IEndpointRouteBuilder api) =>
        api.MapPost("/v1/identity/unmerge", UnmergeAsync).RequireScope("identity:write").WithTags("Identity")
            .WithSummary("Undoes a merge, or takes an identifier out of a person; profiles are rebuilt as if it had not been.");

    private static async Task<UnmergeResult> UnmergeAsync(UnmergeBody body, ProfileClient profiles, SegmentClient segments, CancellationToken cancellationToken)
    {
        var unmerged = await profiles.UnmergeAsync(body.ToRequest(), cancellationToken: cancellationToken);
        var answers = new List<ProfileResponse>();
        foreach (var profile in unmerged.Profiles)
        {
            var memberships = await segments.ListMembershipsAsync(new ListMembershipsRequest { ProfileId = profile.Id }, cancellationToken: cancellationToken);
            answers.Add(ProfileResponse.From(profile, memberships.Memberships.Select(m => m.SegmentKey)));
        }
        return new UnmergeResult(unmerged.Split, answers);
    }
}

/// <summary>What became of a person that was taken apart.</summary>
/// <param name="Split">Sequence of the split.</param>
/// <param name="Profiles">The profiles after it; a person without events of its own has none. Their segments follow within moments.</param>
internal sealed record UnmergeResult(long Split, IEnumerable<ProfileResponse> Profiles);
