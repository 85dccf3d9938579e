using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Activation.Tests.Fakes;

namespace Cdp.Activation.Tests.Destinations;

public sealed class EmbeddedDestinationStoreTests : DestinationStoreSuite, IAsyncDisposable
{
    private readonly EmbeddedStores _stores = new();

    protected override IDestinationStore Store => _stores.Destinations;

    protected override IActivationStore Activations => _stores.Activations;

    protected override IDeliveryStore Deliveries => _stores.Deliveries;

    public ValueTask DisposeAsync() => _stores.DisposeAsync();
}
