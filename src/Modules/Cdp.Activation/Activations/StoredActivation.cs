namespace Cdp.Activation.Activations;

/// <summary>An activation as it is stored, with the cut between members it found and changes it follows.</summary>
/// <param name="Id">Activation id.</param>
/// <param name="SegmentKey">Segment.</param>
/// <param name="DestinationId">Destination.</param>
/// <param name="CreatedAt">Creation, ms since 1970.</param>
/// <param name="StartSequence">Changes after this sequence of the feed are sent; members as of it are sent first.</param>
/// <param name="FillCursor">Where the next page of members begins.</param>
/// <param name="FillUntil">
/// Up to this sequence of the feed, who leaves may be a member as of the start that no page has shown. The highest number
/// while members are still read; 0 where they are left out.
/// </param>
public sealed record StoredActivation(
    string Id, string SegmentKey, string DestinationId, long CreatedAt, long StartSequence, string FillCursor, long FillUntil)
{
    /// <summary><see cref="FillUntil"/> while members are still read.</summary>
    public const long StillFilling = long.MaxValue;

    /// <summary>Whether members are still read.</summary>
    public bool IsFilling => FillUntil == StillFilling;
}
