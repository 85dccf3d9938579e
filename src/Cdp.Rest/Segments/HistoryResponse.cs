using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Segments;

/// <summary>A page of entries and exits, newest first.</summary>
/// <param name="Changes">Entries and exits.</param>
/// <param name="NextCursor">For the next page; null at the end.</param>
internal sealed record HistoryResponse(IEnumerable<ChangeResponse> Changes, string? NextCursor);

/// <summary>An entry or an exit.</summary>
/// <param name="Sequence">Number of the change; ascending.</param>
/// <param name="ProfileId">Profile id.</param>
/// <param name="Entered">True: entered; false: left.</param>
/// <param name="Cause">Why.</param>
/// <param name="At">When.</param>
/// <param name="MergePeerId">On a merge: the profile that the membership came from or went to.</param>
internal sealed record ChangeResponse(long Sequence, string ProfileId, bool Entered, MembershipCause Cause, DateTime At, string? MergePeerId)
{
    public static ChangeResponse From(MembershipChange change) =>
        new(change.Sequence, change.ProfileId, change.Entered, change.Cause, UnixTime.At(change.At), change.MergePeerId.OrNull());
}
