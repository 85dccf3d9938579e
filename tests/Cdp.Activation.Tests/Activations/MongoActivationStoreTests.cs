using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Tests.Fakes;
using Cdp.Engines;

namespace Cdp.Activation.Tests.Activations;

public sealed class MongoActivationStoreTests(MongoEngine engine) : ActivationStoreSuite, IAsyncLifetime
{
    private MongoStores? _stores;

    protected override IActivationStore Store => _stores!.Activations;

    protected override IDeliveryStore Deliveries => _stores!.Deliveries;

    public async ValueTask InitializeAsync() => _stores = await MongoStores.CreateAsync(engine);

    public async ValueTask DisposeAsync()
    {
        if (_stores is not null)
            await _stores.DisposeAsync();
    }
}
