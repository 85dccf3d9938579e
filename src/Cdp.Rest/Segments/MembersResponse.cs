namespace Cdp.Rest.Segments;

/// <summary>A page of members, by profile id.</summary>
/// <param name="Members">The members.</param>
/// <param name="Total">Members in all.</param>
/// <param name="NextCursor">For the next page; null at the end.</param>
internal sealed record MembersResponse(IEnumerable<MemberResponse> Members, long Total, string? NextCursor);

/// <summary>One member.</summary>
/// <param name="ProfileId">Profile id.</param>
/// <param name="EnteredAt">When it entered.</param>
internal sealed record MemberResponse(string ProfileId, DateTime EnteredAt);
