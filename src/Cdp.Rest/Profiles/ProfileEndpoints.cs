using System.ComponentModel;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Rest.Authentication;
using Cdp.Rest.Json;
using Cdp.Rest.Paging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using IdentityClient = Cdp.Contracts.Identity.V1.IdentityService.IdentityServiceClient;
using ProfileClient = Cdp.Contracts.Profile.V1.ProfileService.ProfileServiceClient;
using SegmentClient = Cdp.Contracts.SegmentSearch.V1.SegmentService.SegmentServiceClient;

namespace Cdp.Rest.Profiles;

/// <summary>One profile and what is below it, by profile id or by <c>{type}:{value}</c>.</summary>
internal static class ProfileEndpoints
{
    public static void MapProfiles(this IEndpointRouteBuilder api)
    {
        var profile = api.MapGroup("/v1/profiles/{id}").WithTags("Profiles").RequireScope("profiles:read");
        profile.MapGet("", GetAsync).WithSummary("One profile, by id or by `{type}:{value}` of any of its identifiers.");
        profile.MapGet("/traits", ListTraitsAsync).WithSummary("Its traits, each with when and by which source it was set.");
        profile.MapGet("/identifiers", ListIdentifiersAsync).WithSummary("Its identifiers.");
        profile.MapGet("/consents", ListConsentsAsync).WithSummary("Its consent, as last stated.");
        profile.MapGet("/events", ListEventsAsync).WithSummary("Its timeline, newest first.");
        profile.MapGet("/segments", ListSegmentsAsync).WithSummary("Segments that it is in, and since when.");
        profile.MapGet("/merges", ListMergesAsync).WithSummary("Profiles that became this one, with the cause.");
        profile.MapGet("/links", ListLinksAsync).WithSummary("Profiles that it is linked to without being merged: anonymous ones and those that logged in beside them.");
    }

    private static async Task<ProfileResponse> GetAsync(
        ProfileReference id,
        [Description("Whether to tell where each trait came from.")] bool? verbose,
        ProfileClient profiles,
        SegmentClient segments,
        CancellationToken cancellationToken)
    {
        var profile = await profiles.GetProfileAsync(id.ToRequest(), cancellationToken: cancellationToken);
        var memberships = await segments.ListMembershipsAsync(new ListMembershipsRequest { ProfileId = profile.Id }, cancellationToken: cancellationToken);
        return ProfileResponse.From(profile, memberships.Memberships.Select(m => m.SegmentKey), verbose ?? false);
    }

    private static async Task<TraitsResponse> ListTraitsAsync(ProfileReference id, ProfileClient profiles, CancellationToken cancellationToken)
    {
        var profile = await profiles.GetProfileAsync(id.ToRequest(), cancellationToken: cancellationToken);
        return new TraitsResponse(profile.Traits.ToDictionary(t => t.Name, TraitResponse.From, StringComparer.Ordinal));
    }

    private static async Task<IdentifiersResponse> ListIdentifiersAsync(ProfileReference id, ProfileClient profiles, CancellationToken cancellationToken)
    {
        var profile = await profiles.GetProfileAsync(id.ToRequest(), cancellationToken: cancellationToken);
        return new IdentifiersResponse(profile.Identifiers.Select(IdentifierResponse.From));
    }

    private static async Task<ConsentsResponse> ListConsentsAsync(ProfileReference id, ProfileClient profiles, CancellationToken cancellationToken)
    {
        var profile = await profiles.GetProfileAsync(id.ToRequest(), cancellationToken: cancellationToken);
        return new ConsentsResponse(profile.Consents.Select(ConsentResponse.From));
    }

    private static async Task<EventsResponse> ListEventsAsync(
        ProfileReference id, [AsParameters] PageQuery page, ProfileClient profiles, IdentityClient identity, CancellationToken cancellationToken)
    {
        var request = new ListEventsRequest
        {
            ProfileId = await id.ResolveAsync(identity, cancellationToken),
            Limit = page.Limit ?? 0,
            Cursor = page.Cursor ?? "",
        };
        var found = await profiles.ListEventsAsync(request, cancellationToken: cancellationToken);
        return new EventsResponse(found.Events.Select(EventResponse.From), found.NextCursor.OrNull());
    }

    private static async Task<MembershipsResponse> ListSegmentsAsync(
        ProfileReference id, ProfileClient profiles, SegmentClient segments, CancellationToken cancellationToken)
    {
        // Memberships are kept under the canonical id only.
        var profile = await profiles.GetProfileAsync(id.ToRequest(), cancellationToken: cancellationToken);
        var found = await segments.ListMembershipsAsync(new ListMembershipsRequest { ProfileId = profile.Id }, cancellationToken: cancellationToken);
        return new MembershipsResponse(found.Memberships.Select(m => new MembershipResponse(m.SegmentKey, UnixTime.At(m.EnteredAt))));
    }

    private static async Task<MergesResponse> ListMergesAsync(ProfileReference id, IdentityClient identity, CancellationToken cancellationToken)
    {
        var request = new ListMergesRequest { ProfileId = await id.ResolveAsync(identity, cancellationToken) };
        var found = await identity.ListMergesAsync(request, cancellationToken: cancellationToken);
        return new MergesResponse(found.Merges.Select(MergeResponse.From));
    }

    private static async Task<LinksResponse> ListLinksAsync(ProfileReference id, IdentityClient identity, CancellationToken cancellationToken)
    {
        var request = new ListLinksRequest { ProfileId = await id.ResolveAsync(identity, cancellationToken) };
        var found = await identity.ListLinksAsync(request, cancellationToken: cancellationToken);
        return new LinksResponse(found.Links.Select(PersonLinkResponse.From));
    }
}

/// <summary>Segments of one profile, by key.</summary>
/// <param name="Segments">The segments.</param>
internal sealed record MembershipsResponse(IEnumerable<MembershipResponse> Segments);

/// <summary>One segment of a profile.</summary>
/// <param name="Key">Segment key.</param>
/// <param name="EnteredAt">When the profile entered.</param>
internal sealed record MembershipResponse(string Key, DateTime EnteredAt);
