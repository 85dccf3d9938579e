using Cdp.Governance.Regulations;
using Cdp.Governance.Tests.Fakes;

namespace Cdp.Governance.Tests.Regulations;

public sealed class EmbeddedRegulationStoreTests : RegulationStoreSuite, IAsyncDisposable
{
    private readonly GovernanceFiles _files = new();

    protected override IRegulationStore Store => _files.Regulations;

    public ValueTask DisposeAsync() => _files.DisposeAsync();

    protected override Task ReopenAsync() => _files.ReopenAsync();

    protected override Task<bool> ContainsAsync(string text) => Task.FromResult(_files.Contain(text));
}
