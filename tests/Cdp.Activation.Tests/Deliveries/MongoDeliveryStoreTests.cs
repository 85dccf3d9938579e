using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Activation.Tests.Fakes;
using Cdp.Engines;

namespace Cdp.Activation.Tests.Deliveries;

public sealed class MongoDeliveryStoreTests(MongoEngine engine) : DeliveryStoreSuite, IAsyncLifetime
{
    private MongoStores? _stores;

    protected override IDeliveryStore Store => _stores!.Deliveries;

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

    public async ValueTask InitializeAsync() => _stores = await MongoStores.CreateAsync(engine);

    public async ValueTask DisposeAsync()
    {
        if (_stores is not null)
            await _stores.DisposeAsync();
    }

    protected override Task ReopenAsync() => _stores!.Database.ReopenAsync(Stop);
}
