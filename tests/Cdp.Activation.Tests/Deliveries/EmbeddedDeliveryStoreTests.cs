using System.Text;
using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Activation.Tests.Fakes;

namespace Cdp.Activation.Tests.Deliveries;

public sealed class EmbeddedDeliveryStoreTests : DeliveryStoreSuite, IAsyncDisposable
{
    private readonly EmbeddedStores _stores = new();

    protected override IDeliveryStore Store => _stores.Deliveries;

    protected override IActivationStore Activations => _stores.Activations;

    protected override IDestinationStore Destinations => _stores.Destinations;

    [Fact]
    public async Task EraseAsync_Person_LeavesNoByteInAnyFile()
    {
        await Store.CommitAsync(Sample.Commit(9, Sample.Deliver(Sample.Activation("act_1", "dst_1"), "zzerasedzz", 1)), Stop);
        Assert.Contains(_stores.Files, Holds);

        await Store.EraseAsync(["zzerasedzz"], Stop);

        Assert.DoesNotContain(_stores.Files, Holds);
    }

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    protected override Task ReopenAsync() => _stores.ReopenAsync();

    private static bool Holds(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        return bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)).IndexOf(Encoding.UTF8.GetBytes("zzerasedzz")) >= 0;
    }
}
