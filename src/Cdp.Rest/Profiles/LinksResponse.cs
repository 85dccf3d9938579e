using Cdp.Contracts.Identity.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Profiles;

/// <summary>Links of one person, oldest event first.</summary>
/// <param name="Links">The links.</param>
internal sealed record LinksResponse(IEnumerable<PersonLinkResponse> Links);

/// <summary>An anonymous profile, and one that logged in beside it: two profiles, whose activity may be one person's.</summary>
/// <param name="AnonymousId">The anonymous profile.</param>
/// <param name="KnownId">The profile that logged in.</param>
/// <param name="Anonymous">The identifier of the event that the anonymous profile holds.</param>
/// <param name="Known">The login of the event.</param>
/// <param name="SourceId">Source of the event.</param>
/// <param name="MessageId">Message id of the event.</param>
/// <param name="LinkedAt">Time of the event.</param>
internal sealed record PersonLinkResponse(
    string AnonymousId, string KnownId, CauseResponse? Anonymous, CauseResponse? Known, string SourceId, string MessageId, DateTime LinkedAt)
{
    public static PersonLinkResponse From(PersonLink of) => new(
        of.AnonymousId, of.KnownId, CauseResponse.From(of.Link.Anonymous), CauseResponse.From(of.Link.Known), of.Link.SourceId, of.Link.MessageId, UnixTime.At(of.Link.Timestamp));
}
