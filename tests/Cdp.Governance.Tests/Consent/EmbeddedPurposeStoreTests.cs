using Cdp.Governance.Consent;
using Cdp.Governance.Tests.Fakes;

namespace Cdp.Governance.Tests.Consent;

public sealed class EmbeddedPurposeStoreTests : PurposeStoreSuite, IAsyncDisposable
{
    private readonly GovernanceFiles _files = new();

    protected override IPurposeStore Store => _files.Purposes;

    public ValueTask DisposeAsync() => _files.DisposeAsync();

    protected override Task ReopenAsync() => _files.ReopenAsync();
}
