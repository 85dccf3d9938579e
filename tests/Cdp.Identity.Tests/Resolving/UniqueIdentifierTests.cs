using Cdp.Identity.Resolving;
using Cdp.Identity.Rules;
using Cdp.Identity.Rules.Documents;
using Cdp.Identity.Tests.Fakes;
using Cdp.Storage.Embedded.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static Cdp.Identity.Tests.Fakes.Events;

namespace Cdp.Identity.Tests.Resolving;

/// <summary>Types of which a person has one value, whatever comes.</summary>
public sealed class UniqueIdentifierTests : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly EmbeddedIdentityStore _store;
    private readonly RulesInForce _rules = InForce();
    private readonly Resolver _resolver;

    public UniqueIdentifierTests()
    {
        _store = new EmbeddedIdentityStore(_directory.Path);
        _resolver = new Resolver(_store, _rules, Options.Create(new IdentityOptions()), Clock(), NullLogger<Resolver>.Instance);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task Resolve_TwoPersonsWithDifferentValues_AreNeverMerged(bool isAlias)
    {
        var document = RulesDocument.Read("""{"identifiers":[{"type":"passport","from":["traits.passport"],"unique":true}]}""", null).Rules;
        await _rules.ReplaceAsync(document, null, TestContext.Current.CancellationToken);
        var ann = await _resolver.ResolveOneAsync("email:ann@x", "passport:1");
        var bob = await _resolver.ResolveOneAsync("email:bob@x", "passport:2");
        var eve = await _resolver.ResolveOneAsync("email:eve@x");

        var both = await _resolver.ResolveAsync(0, isAlias ? Alias("email:ann@x", "email:bob@x") : Of("email:ann@x", "email:bob@x"));
        var other = await _resolver.ResolveAsync(0, isAlias ? Alias("email:ann@x", "email:eve@x") : Of("email:ann@x", "email:eve@x"));

        Assert.Equal(ann, both.Resolutions[0].ProfileId);
        Assert.Equal(eve, Assert.Single(other.Merges).AbsorbedId);
        Assert.Equal(bob, await _resolver.ResolveOneAsync("email:bob@x"));
    }

    public async ValueTask DisposeAsync()
    {
        _resolver.Dispose();
        _rules.Dispose();
        await _store.DisposeAsync();
        _directory.Dispose();
    }
}
