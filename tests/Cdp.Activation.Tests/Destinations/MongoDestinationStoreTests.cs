using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Activation.Tests.Fakes;
using Cdp.Engines;

namespace Cdp.Activation.Tests.Destinations;

public sealed class MongoDestinationStoreTests(MongoEngine engine) : DestinationStoreSuite, IAsyncLifetime
{
    private MongoStores? _stores;

    protected override IDestinationStore Store => _stores!.Destinations;

    protected override IActivationStore Activations => _stores!.Activations;

    protected override IDeliveryStore Deliveries => _stores!.Deliveries;

    public async ValueTask InitializeAsync() => _stores = await MongoStores.CreateAsync(engine);

    public async ValueTask DisposeAsync()
    {
        if (_stores is not null)
            await _stores.DisposeAsync();
    }
}
