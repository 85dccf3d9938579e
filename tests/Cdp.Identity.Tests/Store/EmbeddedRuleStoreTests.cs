using Cdp.Identity.Rules;
using Cdp.Identity.Tests.Fakes;
using Cdp.Storage.Embedded.Identity;

namespace Cdp.Identity.Tests.Store;

public sealed class EmbeddedRuleStoreTests : RuleStoreSuite, IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private EmbeddedIdentityStore? _persons;

    public async ValueTask DisposeAsync()
    {
        if (_persons is not null)
            await _persons.DisposeAsync();
        _directory.Dispose();
    }

    protected override IRuleStore Open() => new EmbeddedRuleStore(_persons ??= new EmbeddedIdentityStore(_directory.Path));

    protected override async Task<IRuleStore> ReopenAsync()
    {
        await _persons!.DisposeAsync();
        _persons = null;
        return Open();
    }
}
