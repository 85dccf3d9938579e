using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Membership;
using Cdp.Contracts.SegmentSearch.V1;

namespace Cdp.Activation.Tests.Membership;

public sealed class MembershipPlanTests
{
    private static readonly StoredActivation Settled = new("act_1", "vip", "dst_1", 0, StartSequence: 10, "", FillUntil: 0);
    private static readonly StoredActivation Filling = Settled with { FillUntil = StoredActivation.StillFilling };

    [Theory]
    [InlineData(MembershipCause.Profile, "profile")]
    [InlineData(MembershipCause.Time, "time")]
    [InlineData(MembershipCause.Definition, "definition")]
    public void Of_EntryAfterTheStart_IsDelivered(MembershipCause cause, string name)
    {
        var step = Assert.IsType<MembershipStep.Deliver>(Assert.Single(MembershipPlan.Of(Change(11, true, cause), [Settled])));

        Assert.Equal(new MembershipStep.Deliver(new NewDelivery(Settled, "p1", true, name, 11, 5), OnlyIfUntold: false), step);
    }

    [Fact]
    public void Of_ChangeUpToTheStart_IsLeftOut() => Assert.Empty(MembershipPlan.Of(Change(10, true, MembershipCause.Profile), [Filling]));

    [Fact]
    public void Of_Merge_MovesDeliveriesAndDeliversNothing()
    {
        var exit = Change(11, false, MembershipCause.Merge);
        exit.MergePeerId = "p2";

        Assert.Equal([new MembershipStep.Merge("p1", "p2")], MembershipPlan.Of(exit, [Settled, Filling]));
    }

    [Fact]
    public void Of_MergeWhileFilling_TellsOfTheMembershipOnceUnderTheSurvivor()
    {
        var entry = Change(11, true, MembershipCause.Merge);
        entry.MergePeerId = "p0";

        Assert.Equal(
            [new MembershipStep.Merge("p0", "p1"), new MembershipStep.Deliver(new NewDelivery(Filling, "p1", true, "existing", 11, 5), OnlyIfUntold: true)],
            MembershipPlan.Of(entry, [Settled, Filling]));
    }

    [Fact]
    public void Of_Erasure_ForgetsThePerson() =>
        Assert.Equal([new MembershipStep.Forget("p1")], MembershipPlan.Of(Change(11, false, MembershipCause.Erasure), [Settled]));

    [Fact]
    public void Of_ExitWhileFilling_TellsOfTheEntryFirst()
    {
        var steps = MembershipPlan.Of(Change(11, false, MembershipCause.Profile), [Filling]).Cast<MembershipStep.Deliver>().ToList();

        Assert.Equal([(true, 10L, true), (false, 11L, false)], steps.Select(s => (s.Delivery.Entered, s.Delivery.Sequence, s.OnlyIfUntold)));
    }

    [Fact]
    public void OfMembers_EnteredAfterTheStart_AreLeftToTheFeed()
    {
        Member[] page = [new() { ProfileId = "p1", EnteredSequence = 10, EnteredAt = 7 }, new() { ProfileId = "p2", EnteredSequence = 11 }];

        var step = Assert.IsType<MembershipStep.Deliver>(Assert.Single(MembershipPlan.OfMembers(page, Filling)));

        Assert.Equal(new NewDelivery(Filling, "p1", true, "existing", 10, 7), step.Delivery);
    }

    private static MembershipChange Change(long sequence, bool entered, MembershipCause cause) =>
        new() { Sequence = sequence, SegmentKey = "vip", ProfileId = "p1", Entered = entered, Cause = cause, At = 5 };
}
