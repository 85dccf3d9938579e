using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Contracts.SegmentSearch.V1;

namespace Cdp.Activation.Membership;

/// <summary>
/// What follows from entries and exits. While an activation still reads the members that it found, the feed goes on; this
/// is how each of them is sent once:
/// a page tells by which change a member entered, so that entries after the start are left to the feed;
/// who leaves before a page has shown them gets their entry first;
/// whose membership a merge moves to another profile before a page has shown them gets their entry there.
/// Such an entry is only stored where the activation has not told of the membership yet.
/// </summary>
internal static class MembershipPlan
{
    public static IEnumerable<MembershipStep> Of(MembershipChange change, IEnumerable<StoredActivation> activations) => change.Cause switch
    {
        MembershipCause.Merge => OfMerge(change, activations),
        MembershipCause.Erasure => [new MembershipStep.Forget(change.ProfileId)],
        _ => activations.Where(a => change.Sequence > a.StartSequence).SelectMany(a => OfChange(change, a)),
    };

    public static IEnumerable<MembershipStep> OfMembers(IEnumerable<Member> members, StoredActivation activation) => members
        .Where(member => member.EnteredSequence <= activation.StartSequence)
        .Select(member => Entry(activation, member.ProfileId, activation.StartSequence, member.EnteredAt));

    private static IEnumerable<MembershipStep> OfChange(MembershipChange change, StoredActivation activation)
    {
        if (!change.Entered && change.Sequence <= activation.FillUntil)
            yield return Entry(activation, change.ProfileId, activation.StartSequence, change.At);
        yield return new MembershipStep.Deliver(NewDelivery.Of(change, activation), OnlyIfUntold: false);
    }

    // Nobody came in, nobody left; but both profiles are one person now, and pages no longer show the absorbed one.
    private static IEnumerable<MembershipStep> OfMerge(MembershipChange change, IEnumerable<StoredActivation> activations)
    {
        if (change.MergePeerId.Length > 0)
        {
            yield return change.Entered
                ? new MembershipStep.Merge(change.MergePeerId, change.ProfileId)
                : new MembershipStep.Merge(change.ProfileId, change.MergePeerId);
        }
        if (!change.Entered)
            yield break;
        foreach (var activation in activations.Where(a => change.Sequence > a.StartSequence && change.Sequence <= a.FillUntil))
            yield return Entry(activation, change.ProfileId, change.Sequence, change.At);
    }

    private static MembershipStep.Deliver Entry(StoredActivation activation, string profileId, long sequence, long enteredAt) =>
        new(NewDelivery.OfExisting(activation, profileId, sequence, enteredAt), OnlyIfUntold: true);
}
