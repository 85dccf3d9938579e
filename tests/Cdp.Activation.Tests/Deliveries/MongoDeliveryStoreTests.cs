using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Activation.Tests.Fakes;
using Cdp.Contracts.Activation.V1;
using Cdp.Engines;
using Cdp.Storage.Mongo.Commits;

namespace Cdp.Activation.Tests.Deliveries;

public sealed class MongoDeliveryStoreTests(MongoEngine engine) : DeliveryStoreSuite, IAsyncLifetime
{
    private MongoStores? _stores;

    protected override IDeliveryStore Store => _stores!.Deliveries;

    protected override IActivationStore Activations => _stores!.Activations;

    protected override IDestinationStore Destinations => _stores!.Destinations;

    [Fact]
    public async Task EraseAsync_Person_LeavesNoByteInAnyDocument()
    {
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Sample.Activation("act_1", "dst_1"), "zzerasedzz", 1)), Stop);
        Assert.True(await _stores!.Database.ContainsAsync("zzerasedzz", Stop));

        Assert.Equal(1, await Store.EraseAsync(["zzerasedzz"], Stop));

        Assert.False(await _stores.Database.ContainsAsync("zzerasedzz", Stop));
    }

    [Fact]
    public async Task EraseAsync_MoreThanOneCommitTakes_ErasesAll()
    {
        var vip = Sample.Activation("act_1", "dst_1");
        await Destinations.PutAsync(Sample.Destination("dst_1"), Stop);
        await Store.CommitAsync(Sample.Commit(9, [.. Enumerable.Range(1, 2_500).Select(i => Sample.Deliver(vip, $"p{i % 2}", i))]), Stop);

        Assert.Equal(1_250, await Store.EraseAsync(["p1"], Stop));

        Assert.Equal(1_250, await Store.CountPendingAsync(Stop));
        Assert.Equal(2, Assert.Single(await Store.DueAsync("dst_1", Sample.Now, 10, Stop)).Sequence);
    }

    [Fact]
    public async Task PruneAsync_ByAFormerOwner_IsRefusedAndTakesNothing()
    {
        var vip = Sample.Activation("act_1", "dst_1");
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(vip, "p1", 1, entered: false)), Stop);
        await Store.RecordAsync([Sample.Ended(Sample.Id(vip, "p1", 1), DeliveryState.Delivered)], Stop);
        await using var successor = await _stores!.Database.SucceedAsync(Stop);

        await Assert.ThrowsAsync<OwnershipLostException>(() => Store.PruneAsync(Sample.Now + 1, 10, Stop));

        Assert.NotNull(await Store.FindAsync(Sample.Id(vip, "p1", 1), Stop));
    }

    public async ValueTask InitializeAsync() => _stores = await MongoStores.CreateAsync(engine);

    public async ValueTask DisposeAsync()
    {
        if (_stores is not null)
            await _stores.DisposeAsync();
    }

    protected override Task ReopenAsync() => _stores!.Database.ReopenAsync(Stop);
}
