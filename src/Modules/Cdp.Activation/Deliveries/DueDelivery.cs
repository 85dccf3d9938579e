namespace Cdp.Activation.Deliveries;

/// <summary>A delivery whose turn it is: what it takes to send it.</summary>
/// <param name="Id">Delivery id.</param>
/// <param name="DestinationId">Destination.</param>
/// <param name="PersonId">Whose order it keeps: the profile, or the one that absorbed it.</param>
/// <param name="SegmentKey">Segment.</param>
/// <param name="ProfileId">Profile that entered or left.</param>
/// <param name="Entered">Entered or left.</param>
/// <param name="Cause">Why.</param>
/// <param name="Sequence">Sequence of the change.</param>
/// <param name="ChangedAt">When it entered or left, ms since 1970.</param>
/// <param name="Attempts">Attempts made since its creation or latest replay.</param>
/// <param name="FirstAttemptAt">When the first of them was made, ms since 1970; 0 where there is none.</param>
public sealed record DueDelivery(
    string Id, string DestinationId, string PersonId, string SegmentKey, string ProfileId, bool Entered, string Cause, long Sequence, long ChangedAt,
    int Attempts, long FirstAttemptAt)
{
    /// <summary>Trace context of what made it, by W3C; empty where it is not traced.</summary>
    public string Traceparent { get; init; } = "";

    /// <summary>segment.entered or segment.exited.</summary>
    public string EventType => TypeOf(Entered);

    /// <summary>The name of an entry or exit.</summary>
    public static string TypeOf(bool entered) => entered ? "segment.entered" : "segment.exited";
}
