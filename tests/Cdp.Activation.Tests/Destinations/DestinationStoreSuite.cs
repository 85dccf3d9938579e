using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Activation.Tests.Fakes;
using Cdp.Contracts.Activation.V1;

namespace Cdp.Activation.Tests.Destinations;

/// <summary>What every store of destinations does.</summary>
public abstract class DestinationStoreSuite
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract IDestinationStore Store { get; }

    protected abstract IActivationStore Activations { get; }

    protected abstract IDeliveryStore Deliveries { get; }

    [Fact]
    public async Task PutAsync_NewAndChanged_AreListedOldestFirst()
    {
        await Store.PutAsync(Sample.Destination("dst_2"), Stop);
        await Store.PutAsync(Sample.Destination("dst_1"), Stop);
        var changed = Sample.Destination("dst_2", enabled: false) with { ProtectedSecret = [4, 5] };
        await Store.PutAsync(changed, Stop);

        var stored = await Store.ListAsync(Stop);

        Assert.Equal(["dst_1", "dst_2"], stored.Select(d => d.Definition.Id));
        Assert.Equal(changed.Definition, stored[1].Definition);
        Assert.Equal([4, 5], stored[1].ProtectedSecret);
    }

    [Fact]
    public async Task DeleteAsync_Destination_TakesActivationsAndCancelsWhatIsPending()
    {
        var (own, other) = (Sample.Activation("act_1", "dst_1"), Sample.Activation("act_2", "dst_2"));
        await Store.PutAsync(Sample.Destination("dst_1"), Stop);
        await Store.PutAsync(Sample.Destination("dst_2"), Stop);
        await Activations.AddAsync(own, Stop);
        await Activations.AddAsync(other, Stop);
        await Deliveries.CommitAsync(Sample.Commit(2, Sample.Deliver(own, "p1", 1), Sample.Deliver(own, "p2", 2), Sample.Deliver(other, "p1", 1)), Stop);
        await Deliveries.RecordAsync([new DeliveryOutcome(Sample.Id(own, "p2", 2), DeliveryState.Delivered, "", 0, null)], Stop);

        await Store.DeleteAsync("dst_1", "The destination was deleted.", Stop);
        await Store.DeleteAsync("dst_1", "The destination was deleted.", Stop);

        Assert.Equal("dst_2", Assert.Single(await Store.ListAsync(Stop)).Definition.Id);
        Assert.Equal(other, Assert.Single(await Activations.ListAsync(Stop)));
        var cancelled = await Deliveries.FindAsync(Sample.Id(own, "p1", 1), Stop);
        Assert.Equal((DeliveryState.Cancelled, "The destination was deleted."), (cancelled!.State, cancelled.Reason));
        Assert.Equal(DeliveryState.Delivered, (await Deliveries.FindAsync(Sample.Id(own, "p2", 2), Stop))!.State);
        Assert.Equal(DeliveryState.Pending, (await Deliveries.FindAsync(Sample.Id(other, "p1", 1), Stop))!.State);
        Assert.Empty(await Deliveries.DueAsync("dst_1", long.MaxValue, 10, Stop));
    }
}
