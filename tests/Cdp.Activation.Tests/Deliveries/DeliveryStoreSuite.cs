using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Activation.Membership;
using Cdp.Activation.Tests.Fakes;
using Cdp.Contracts.Activation.V1;
using Grpc.Core;

namespace Cdp.Activation.Tests.Deliveries;

/// <summary>What every store of deliveries does.</summary>
public abstract class DeliveryStoreSuite : DeliveryRetentionSuite
{
    private static readonly StoredActivation Vip = Sample.Activation("act_1", "dst_1");
    private static readonly StoredActivation New = Sample.Activation("act_2", "dst_1", "new");
    private static readonly StoredActivation Other = Sample.Activation("act_3", "dst_2");

    protected abstract IDestinationStore Destinations { get; }

    /// <summary>Closes the store and opens it again.</summary>
    protected abstract Task ReopenAsync();

    [Fact]
    public async Task CommitAsync_Deliveries_AreDurableWithThePosition()
    {
        var awake = await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Vip, "p1", 8), Sample.Deliver(Other, "p1", 8)), Stop);
        await ReopenAsync();

        Assert.Equal(["dst_1", "dst_2"], awake.Order());
        Assert.Equal(9, await Store.PositionAsync(Stop));
        Assert.Equal(
            new DueDelivery(Sample.Id(Vip, "p1", 8), "dst_1", "p1", "vip", "p1", true, "profile", 8, 58, 0, 0),
            Assert.Single(await Store.DueAsync("dst_1", Sample.Now, 10, Stop)));
    }

    [Fact]
    public async Task CommitAsync_Again_StoresNothingTwice()
    {
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Vip, "p1", 8)), Stop);
        await Store.RecordAsync([Sample.Ended(Sample.Id(Vip, "p1", 8), DeliveryState.Delivered)], Stop);

        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Vip, "p1", 8)), Stop);

        Assert.Equal(DeliveryState.Delivered, Assert.Single(await ListAsync()).State);
    }

    [Fact]
    public async Task CommitAsync_OnlyIfUntold_LooksAtThePersonAndTheActivation()
    {
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Vip, "p1", 1), new MembershipStep.Merge("p1", "p2")), Stop);
        await Store.CommitAsync(Sample.Commit(9, Untold(Vip, "p2", 2), Untold(New, "p2", 2), Untold(Vip, "p1", 3)), Stop);
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Vip, "p2", 4, entered: false), Untold(Vip, "p2", 5), Untold(Vip, "p2", 6)), Stop);

        Assert.Equal(
            [("act_1", "p1", 1L), ("act_2", "p2", 2L), ("act_1", "p1", 3L), ("act_1", "p2", 4L), ("act_1", "p2", 5L)],
            (await ListAsync()).Select(d => (d.ActivationId, d.ProfileId, d.Sequence)));
    }

    [Fact]
    public async Task DueAsync_SeveralOfOnePerson_GivesTheEarliestAndHoldsTheRest()
    {
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Vip, "p1", 1), Sample.Deliver(New, "p1", 2), Sample.Deliver(Vip, "p2", 3), Sample.Deliver(Other, "p1", 4)), Stop);

        Assert.Equal([1L, 3L], await DueAsync());
        await Store.RecordAsync([Sample.Failed(Sample.Id(Vip, "p1", 1), 200)], Stop);
        Assert.Equal([3L], await DueAsync());
        Assert.Equal(200, await Store.NextDueAsync("dst_1", Sample.Now, Stop));
        Assert.Equal([3L, 1L], await DueAsync(now: 200));
        Assert.Null(await Store.NextDueAsync("dst_1", 200, Stop));
        await Store.RecordAsync([Sample.Ended(Sample.Id(Vip, "p1", 1), DeliveryState.Dead)], Stop);
        Assert.Equal([2L, 3L], await DueAsync());
    }

    [Fact]
    public async Task DueAsync_TracedDelivery_CarriesTheContext()
    {
        const string context = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var plain = Sample.Deliver(Vip, "p1", 1);
        var traced = Sample.Deliver(Vip, "p2", 2);
        await Store.CommitAsync(Sample.Commit(9, plain, traced with { Delivery = traced.Delivery with { Traceparent = context } }), Stop);
        await ReopenAsync();

        Assert.Equal(["", context], (await Store.DueAsync("dst_1", Sample.Now, 10, Stop)).Select(d => d.Traceparent));
    }

    [Fact]
    public async Task DueAsync_Limit_IsKept()
    {
        await Store.CommitAsync(Sample.Commit(9, [.. Enumerable.Range(1, 5).Select(i => Sample.Deliver(Vip, $"p{i}", i))]), Stop);

        Assert.Equal(3, (await Store.DueAsync("dst_1", Sample.Now, 3, Stop)).Count);
    }

    [Fact]
    public async Task CommitAsync_Merge_MakesOneOrderOfTwo()
    {
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Vip, "p1", 1), Sample.Deliver(Vip, "p2", 2), Sample.Deliver(Vip, "p2", 3)), Stop);
        Assert.Equal([1L, 2L], await DueAsync());

        var awake = await Store.CommitAsync(Sample.Commit(10, new MembershipStep.Merge("p2", "p1")), Stop);

        Assert.Equal(["dst_1"], awake);
        Assert.Equal([1L], await DueAsync());
        await Store.RecordAsync([Sample.Ended(Sample.Id(Vip, "p1", 1), DeliveryState.Blocked)], Stop);
        Assert.Equal([2L], await DueAsync());
        Assert.Equal("p1", (await Store.DueAsync("dst_1", Sample.Now, 1, Stop))[0].PersonId);
    }

    [Fact]
    public async Task CommitAsync_EntryOfWhoWasAbsorbed_IsAPersonOfItsOwnAgain()
    {
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Vip, "p1", 1), Sample.Deliver(Vip, "p2", 2), new MembershipStep.Merge("p2", "p1")), Stop);
        Assert.Equal([1L], await DueAsync());

        await Store.CommitAsync(Sample.Commit(10, Sample.Deliver(Vip, "p2", 3)), Stop);

        Assert.Equal([1L, 2L], await DueAsync());
        Assert.Equal(["p1", "p2"], (await Store.DueAsync("dst_1", Sample.Now, 9, Stop)).Select(d => d.PersonId));
        await Store.RecordAsync([Sample.Ended(Sample.Id(Vip, "p2", 2), DeliveryState.Delivered)], Stop);
        Assert.Equal([1L, 3L], await DueAsync());
        await Store.CommitAsync(Sample.Commit(11, Untold(Vip, "p1", 4), Untold(Vip, "p2", 5)), Stop);
        Assert.Equal(3, (await ListAsync()).Count);
    }

    [Fact]
    public async Task RecordAsync_Attempts_KeepsTheLatestAndCounts()
    {
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Vip, "p1", 1)), Stop);
        var id = Sample.Id(Vip, "p1", 1);
        for (var i = 1; i <= 52; i++)
            await Store.RecordAsync([Sample.Failed(id, Sample.Now, at: i)], Stop);

        var delivery = (await Store.FindAsync(id, Stop))!;
        var due = Assert.Single(await Store.DueAsync("dst_1", Sample.Now, 10, Stop));

        Assert.Equal(Enumerable.Range(3, 50).Select(i => (long)i), delivery.Attempts.Select(a => a.At));
        Assert.Equal((52, 1), (due.Attempts, due.FirstAttemptAt));
        Assert.Equal(("The receiver answered 500.", Sample.Now), (delivery.Reason, delivery.NextAttemptAt));
    }

    [Fact]
    public async Task RecordAsync_CancelledOrErasedMeanwhile_BringsNothingBack()
    {
        await Destinations.PutAsync(Sample.Destination("dst_1"), Stop);
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Vip, "p1", 1), Sample.Deliver(Vip, "p2", 2)), Stop);
        await Store.EraseAsync(["p2"], Stop);
        await Destinations.DeleteAsync("dst_1", "gone", Stop);

        await Store.RecordAsync([Sample.Ended(Sample.Id(Vip, "p1", 1), DeliveryState.Delivered), Sample.Failed(Sample.Id(Vip, "p2", 2), 200)], Stop);

        var delivery = Assert.Single(await ListAsync());
        Assert.Equal((DeliveryState.Cancelled, "gone", 1), (delivery.State, delivery.Reason, delivery.Attempts.Count));
    }

    [Theory]
    [InlineData(DeliveryState.Delivered, true)]
    [InlineData(DeliveryState.Blocked, true)]
    [InlineData(DeliveryState.Dead, true)]
    [InlineData(DeliveryState.Cancelled, false)]
    [InlineData(DeliveryState.Pending, false)]
    public async Task ReplayAsync_State_DecidesWhetherItIsSentAgain(DeliveryState state, bool replayed)
    {
        await Destinations.PutAsync(Sample.Destination("dst_1"), Stop);
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Vip, "p1", 1)), Stop);
        var id = Sample.Id(Vip, "p1", 1);
        await Store.RecordAsync([Sample.Ended(id, state)], Stop);

        Assert.Equal(replayed, await Store.ReplayAsync(id, 300, Stop));

        Assert.Equal(replayed ? DeliveryState.Pending : state, (await Store.FindAsync(id, Stop))!.State);
        Assert.Equal(replayed || state == DeliveryState.Pending, await Store.IsPendingAsync(id, Stop));
        if (replayed)
            Assert.Equal((0, 0L), (await Store.DueAsync("dst_1", 300, 1, Stop)).Select(d => (d.Attempts, d.FirstAttemptAt)).Single());
    }

    [Fact]
    public async Task ReplayAsync_UnknownOrWithoutDestination_IsRefused()
    {
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Vip, "p1", 1)), Stop);
        await Store.RecordAsync([Sample.Ended(Sample.Id(Vip, "p1", 1), DeliveryState.Dead)], Stop);

        Assert.False(await Store.ReplayAsync(Sample.Id(Vip, "p1", 1), 300, Stop));
        Assert.False(await Store.ReplayAsync("dlv_none", 300, Stop));
    }

    [Fact]
    public async Task ListAsync_PagesAndFilters_GiveEachOnceNewestFirst()
    {
        await Store.CommitAsync(Sample.Commit(9, [.. Enumerable.Range(1, 5).Select(i => Sample.Deliver(Vip, $"p{i}", i)), Sample.Deliver(Other, "p1", 6)]), Stop);
        await Store.CommitAsync(Sample.Commit(9, new MembershipStep.Merge("p2", "p1")), Stop);
        await Store.RecordAsync([Sample.Ended(Sample.Id(Vip, "p3", 3), DeliveryState.Dead)], Stop);

        var (first, cursor) = await Store.ListAsync(new DeliveryFilter(DeliveryState.Unspecified, "", ""), 4, "", Stop);
        var (second, end) = await Store.ListAsync(new DeliveryFilter(DeliveryState.Unspecified, "", ""), 4, cursor, Stop);

        Assert.Equal([6L, 5, 4, 3, 2, 1], first.Concat(second).Select(d => d.Sequence));
        Assert.Equal("", end);
        Assert.Equal([3L], await SequencesAsync(new DeliveryFilter(DeliveryState.Dead, "", "")));
        Assert.Equal([6L], await SequencesAsync(new DeliveryFilter(DeliveryState.Pending, "dst_2", "")));
        Assert.Equal([6L, 2, 1], await SequencesAsync(new DeliveryFilter(DeliveryState.Unspecified, "", "p1")));
        var refused = await Assert.ThrowsAsync<RpcException>(() => Store.ListAsync(new DeliveryFilter(0, "", ""), 4, "x", Stop));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task CountPendingAsync_DisabledOrDeletedDestinations_AreNotCounted()
    {
        await Destinations.PutAsync(Sample.Destination("dst_1"), Stop);
        await Destinations.PutAsync(Sample.Destination("dst_2", enabled: false), Stop);
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Vip, "p1", 1), Sample.Deliver(Vip, "p1", 2), Sample.Deliver(Vip, "p2", 3), Sample.Deliver(Other, "p1", 4)), Stop);
        await Store.RecordAsync([Sample.Ended(Sample.Id(Vip, "p2", 3), DeliveryState.Delivered)], Stop);

        Assert.Equal(2, await Store.CountPendingAsync(Stop));
    }

    [Fact]
    public async Task EraseAsync_Person_TakesTheirDeliveriesAndNoOthers()
    {
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Vip, "p1", 1), Sample.Deliver(Vip, "p2", 2), Sample.Deliver(Vip, "p3", 3), new MembershipStep.Merge("p2", "p1")), Stop);

        Assert.Equal(2, await Store.EraseAsync(["p1", "p2"], Stop));
        Assert.Equal(0, await Store.EraseAsync(["p1", "p2"], Stop));

        Assert.Equal("p3", Assert.Single(await ListAsync()).ProfileId);
        Assert.Equal([3L], await DueAsync());
    }

    [Fact]
    public async Task CommitAsync_Forget_TakesWhatCameBefore()
    {
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Vip, "p1", 1), Sample.Deliver(Vip, "p2", 2), new MembershipStep.Forget("p1")), Stop);

        Assert.Equal("p2", Assert.Single(await ListAsync()).ProfileId);
    }

    private static MembershipStep.Deliver Untold(StoredActivation activation, string profile, long sequence) =>
        Sample.Deliver(activation, profile, sequence, onlyIfUntold: true);

    private async Task<IReadOnlyList<Delivery>> ListAsync() =>
        [.. (await Store.ListAsync(new DeliveryFilter(DeliveryState.Unspecified, "", ""), 200, "", Stop)).Deliveries.Reverse()];

    private async Task<IEnumerable<long>> SequencesAsync(DeliveryFilter filter) => (await Store.ListAsync(filter, 200, "", Stop)).Deliveries.Select(d => d.Sequence);

    private async Task<IEnumerable<long>> DueAsync(long now = Sample.Now) => (await Store.DueAsync("dst_1", now, 100, Stop)).Select(d => d.Sequence);
}
