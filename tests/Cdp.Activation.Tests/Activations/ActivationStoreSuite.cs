using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Membership;
using Cdp.Activation.Tests.Fakes;
using Cdp.Contracts.Activation.V1;

namespace Cdp.Activation.Tests.Activations;

/// <summary>What every store of activations does.</summary>
public abstract class ActivationStoreSuite
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract IActivationStore Store { get; }

    protected abstract IDeliveryStore Deliveries { get; }

    [Fact]
    public async Task AddAsync_Activations_AreListedOldestFirstAsTheyWere()
    {
        StoredActivation[] added =
        [
            new("act_2", "vip", "dst_1", 7, StartSequence: 12, "cursor", StoredActivation.StillFilling),
            new("act_1", "new", "dst_1", 6, StartSequence: 0, "", 0),
        ];
        foreach (var activation in added)
            await Store.AddAsync(activation, Stop);

        Assert.Equal(added.Reverse(), await Store.ListAsync(Stop));
    }

    [Fact]
    public async Task CommitAsync_PageOfMembers_StoresProgressWithItsDeliveries()
    {
        var activation = Sample.Activation("act_1", "dst_1") with { FillUntil = StoredActivation.StillFilling };
        await Store.AddAsync(activation, Stop);

        var filled = activation with { FillCursor = "p1", FillUntil = 44 };
        await Deliveries.CommitAsync(new MembershipCommit([Sample.Deliver(activation, "p1", 1)], 5, Position: null, filled), Stop);

        Assert.Equal(filled, Assert.Single(await Store.ListAsync(Stop)));
        Assert.NotNull(await Deliveries.FindAsync(Sample.Id(activation, "p1", 1), Stop));
        Assert.Equal(0, await Deliveries.PositionAsync(Stop));
    }

    [Fact]
    public async Task DeleteAsync_Activation_CancelsItsPendingAndLetsThoseBehindPass()
    {
        var (own, other) = (Sample.Activation("act_1", "dst_1"), Sample.Activation("act_2", "dst_1", "new"));
        await Store.AddAsync(own, Stop);
        await Store.AddAsync(other, Stop);
        await Deliveries.CommitAsync(Sample.Commit(2, Sample.Deliver(own, "p1", 1), Sample.Deliver(other, "p1", 2)), Stop);

        await Store.DeleteAsync("act_1", "The activation was deleted.", Stop);
        await Store.DeleteAsync("act_1", "The activation was deleted.", Stop);

        Assert.Equal(other, Assert.Single(await Store.ListAsync(Stop)));
        var cancelled = await Deliveries.FindAsync(Sample.Id(own, "p1", 1), Stop);
        Assert.Equal((DeliveryState.Cancelled, "The activation was deleted."), (cancelled!.State, cancelled.Reason));
        Assert.Equal(Sample.Id(other, "p1", 2), Assert.Single(await Deliveries.DueAsync("dst_1", 100, 10, Stop)).Id);
    }
}
