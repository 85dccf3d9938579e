using Cdp.Activation.Destinations;
using Cdp.Activation.Tests.Fakes;

namespace Cdp.Activation.Tests.Destinations;

public sealed class DestinationKindsTests
{
    [Fact]
    public void Constructor_TwoOfOneName_NamesBothTypes()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => new DestinationKinds([new FakeKind(), new OtherFakeKind()]));

        Assert.Contains(typeof(FakeKind).FullName!, failure.Message, StringComparison.Ordinal);
        Assert.Contains(typeof(OtherFakeKind).FullName!, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_UnknownName_NamesItAndTheKnownTypes()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => new DestinationKinds([new FakeKind()]).Of(Sample.Destination("dst_1")));

        Assert.Contains("'webhook'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(typeof(FakeKind).FullName!, failure.Message, StringComparison.Ordinal);
    }
}
