using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Membership;
using Cdp.Activation.Tests.Fakes;
using Cdp.Contracts.Activation.V1;

namespace Cdp.Activation.Tests.Deliveries;

/// <summary>What every store of deliveries forgets by age, and what it never does.</summary>
public abstract class DeliveryRetentionSuite
{
    private static readonly StoredActivation Vip = Sample.Activation("act_1", "dst_1");
    private static readonly StoredActivation Other = Sample.Activation("act_2", "dst_1", "other");

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract IDeliveryStore Store { get; }

    protected abstract IActivationStore Activations { get; }

    [Theory]
    [InlineData(DeliveryState.Delivered)]
    [InlineData(DeliveryState.Blocked)]
    [InlineData(DeliveryState.Dead)]
    public async Task PruneAsync_Ended_TakesTheOlderAndKeepsTheNewer(DeliveryState state)
    {
        await ExitAsync(1, at: 100, state);
        await ExitAsync(2, at: 199, state);
        await ExitAsync(3, at: 200, state);

        Assert.Equal(2, await Store.PruneAsync(200, 10, Stop));

        Assert.Equal([3L], await SequencesAsync());
        Assert.Equal(0, await Store.PruneAsync(200, 10, Stop));
        Assert.Null(await Store.FindAsync(Sample.Id(Vip, "p1", 1), Stop));
    }

    [Fact]
    public async Task PruneAsync_Limit_TakesThatManyAtATime()
    {
        for (var i = 1; i <= 5; i++)
            await ExitAsync(i, at: 100, DeliveryState.Delivered);

        foreach (var pruned in new[] { 2, 2, 1, 0 })
            Assert.Equal(pruned, await PruneAsync(2));
        Assert.Empty(await SequencesAsync());
    }

    [Fact]
    public async Task PruneAsync_Pending_StaysAndKeepsItsTurn()
    {
        await Store.CommitAsync(Commit(100, Exit(1), Exit(2)), Stop);
        await Store.RecordAsync([Sample.Failed(Sample.Id(Vip, "p1", 1), 150)], Stop);

        Assert.Equal(0, await PruneAsync(10));

        Assert.Equal([2L, 1L], await SequencesAsync());
        Assert.Equal([2L, 1L], (await Store.DueAsync("dst_1", 200, 10, Stop)).Select(d => d.Sequence));
    }

    [Fact]
    public async Task PruneAsync_EntryWithoutAnExit_StaysSoThatItIsNotToldAgain()
    {
        await Activations.AddAsync(Vip, Stop);
        await Store.CommitAsync(Commit(100, Sample.Deliver(Vip, "p1", 1)), Stop);
        await EndAsync("p1", 1);

        Assert.Equal(0, await PruneAsync(10));
        await Store.CommitAsync(Commit(300, Sample.Deliver(Vip, "p1", 2, onlyIfUntold: true)), Stop);

        Assert.Equal([1L], await SequencesAsync());
    }

    [Fact]
    public async Task PruneAsync_EntryWithItsExit_GoesAndTheNextEntryIsTold()
    {
        await Activations.AddAsync(Vip, Stop);
        await Store.CommitAsync(Commit(100, Sample.Deliver(Vip, "p1", 1), Sample.Deliver(Vip, "p1", 2, entered: false)), Stop);
        await EndAsync("p1", 1);
        await EndAsync("p1", 2);

        Assert.Equal(2, await PruneAsync(10));
        await Store.CommitAsync(Commit(300, Sample.Deliver(Vip, "p1", 3, onlyIfUntold: true)), Stop);

        Assert.Equal([3L], await SequencesAsync());
    }

    [Fact]
    public async Task PruneAsync_EntriesOfDeletedActivations_Go()
    {
        var deleted = Sample.Activation("act_0", "dst_1");
        var deletedToo = Sample.Activation("act_3", "dst_1");
        await Activations.AddAsync(Other, Stop);
        await Store.CommitAsync(Commit(100, Sample.Deliver(deleted, "p1", 1), Sample.Deliver(Other, "p1", 1), Sample.Deliver(deletedToo, "p1", 1), Sample.Deliver(deletedToo, "p2", 2)), Stop);
        await Store.RecordAsync(
            [.. new[] { deleted, Other, deletedToo }.Select(a => Sample.Ended(Sample.Id(a, "p1", 1), DeliveryState.Delivered))], Stop);

        foreach (var pruned in new[] { 1, 1, 0 })
            Assert.Equal(pruned, await PruneAsync(1));

        Assert.Equal(["act_2", "act_3"], (await ListAsync()).Select(d => d.ActivationId).Order());
    }

    [Fact]
    public async Task RecordAsync_PrunedMeanwhile_BringsNothingBack()
    {
        await ExitAsync(1, at: 100, DeliveryState.Delivered);
        await PruneAsync(10);

        await EndAsync("p1", 1);

        Assert.Empty(await SequencesAsync());
        Assert.False(await Store.ReplayAsync(Sample.Id(Vip, "p1", 1), 300, Stop));
    }

    private static MembershipStep Exit(long sequence) => Sample.Deliver(Vip, $"p{sequence}", sequence, entered: false);

    private static MembershipCommit Commit(long at, params MembershipStep[] steps) => Sample.Commit(9, steps) with { Now = at };

    private async Task ExitAsync(long sequence, long at, DeliveryState state)
    {
        await Store.CommitAsync(Commit(at, Exit(sequence)), Stop);
        await Store.RecordAsync([Sample.Ended(Sample.Id(Vip, $"p{sequence}", sequence), state)], Stop);
    }

    private Task EndAsync(string profile, long sequence) => Store.RecordAsync([Sample.Ended(Sample.Id(Vip, profile, sequence), DeliveryState.Delivered)], Stop);

    private Task<int> PruneAsync(int limit) => Store.PruneAsync(200, limit, Stop);

    private async Task<IReadOnlyList<Delivery>> ListAsync() =>
        (await Store.ListAsync(new DeliveryFilter(DeliveryState.Unspecified, "", ""), 200, "", Stop)).Deliveries;

    private async Task<IEnumerable<long>> SequencesAsync() => (await ListAsync()).Select(d => d.Sequence);
}
