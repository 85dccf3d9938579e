using Cdp.Governance.ApiKeys;
using Cdp.Governance.Tests.Fakes;

namespace Cdp.Governance.Tests.ApiKeys;

public sealed class EmbeddedApiKeyStoreTests : ApiKeyStoreSuite, IAsyncDisposable
{
    private readonly GovernanceFiles _files = new();

    protected override IApiKeyStore Store => _files.ApiKeys;

    public ValueTask DisposeAsync() => _files.DisposeAsync();

    protected override Task ReopenAsync() => _files.ReopenAsync();
}
