using System.Security.Cryptography;
using System.Text;
using Cdp.Activation.Activations;
using Cdp.Contracts.SegmentSearch.V1;

namespace Cdp.Activation.Deliveries;

/// <summary>A delivery to be made. Holds ids only: what is sent about the person is read when it is sent.</summary>
/// <param name="Activation">Activation that it belongs to.</param>
/// <param name="ProfileId">Person.</param>
/// <param name="Entered">Entered or left.</param>
/// <param name="Cause">Why: profile, time, definition, or existing for who was a member before the activation.</param>
/// <param name="Sequence">Sequence of the change; of an existing member: of the activation's start, or of the merge that moved it.</param>
/// <param name="ChangedAt">When it entered or left, ms since 1970.</param>
public sealed record NewDelivery(StoredActivation Activation, string ProfileId, bool Entered, string Cause, long Sequence, long ChangedAt)
{
    private const int IdBytes = 16;

    /// <summary>Trace context of what made it, by W3C; empty where it is not traced.</summary>
    public string Traceparent { get; init; } = "";

    /// <summary>The same for the same change of the same activation, so that it can be stored only once.</summary>
    public string Id => "dlv_" + Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{Activation.Id}\n{ProfileId}\n{Sequence}")).AsSpan(0, IdBytes));

    /// <summary>Reports a change of the feed.</summary>
    public static NewDelivery Of(MembershipChange change, StoredActivation activation) =>
        new(activation, change.ProfileId, change.Entered, CauseOf(change.Cause), change.Sequence, change.At) { Traceparent = change.Traceparent };

    /// <summary>Reports a person that was a member when the activation began.</summary>
    public static NewDelivery OfExisting(StoredActivation activation, string profileId, long sequence, long enteredAt) =>
        new(activation, profileId, true, "existing", sequence, enteredAt);

    private static string CauseOf(MembershipCause cause) => cause switch
    {
        MembershipCause.Time => "time",
        MembershipCause.Definition => "definition",
        _ => "profile",
    };
}
