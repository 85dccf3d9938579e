using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Tests.Fakes;

namespace Cdp.Activation.Tests.Activations;

public sealed class EmbeddedActivationStoreTests : ActivationStoreSuite, IAsyncDisposable
{
    private readonly EmbeddedStores _stores = new();

    protected override IActivationStore Store => _stores.Activations;

    protected override IDeliveryStore Deliveries => _stores.Deliveries;

    public ValueTask DisposeAsync() => _stores.DisposeAsync();
}
