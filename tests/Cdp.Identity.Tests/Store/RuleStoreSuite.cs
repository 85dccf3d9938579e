using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;

namespace Cdp.Identity.Tests.Store;

/// <summary>What every store of rules must do.</summary>
public abstract class RuleStoreSuite
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Latest_NothingIsStored_IsNull()
    {
        var store = Open();

        Assert.Null(await store.LatestAsync(Stop));
        Assert.Null(await store.FindAsync(1, Stop));
        Assert.Empty(await store.ListAsync(long.MaxValue, 10, Stop));
    }

    [Fact]
    public async Task Put_Versions_KeepsEachAsItIs()
    {
        await Open().PutAsync([Rules(1, "a"), Rules(2, "b")], Stop);
        await Open().PutAsync([Rules(3, "c")], Stop);

        var store = await ReopenAsync();

        Assert.Equal(Rules(3, "c"), await store.LatestAsync(Stop));
        Assert.Equal(Rules(1, "a"), await store.FindAsync(1, Stop));
        Assert.Equal(Rules(2, "b"), await store.FindAsync(2, Stop));
        Assert.Null(await store.FindAsync(4, Stop));
    }

    [Fact]
    public async Task Put_TheSameAgain_ChangesNothing()
    {
        var store = Open();
        await store.PutAsync([Rules(1, "a"), Rules(2, "b")], Stop);
        await store.PutAsync([Rules(1, "a"), Rules(2, "b")], Stop);

        Assert.Equal([2, 1], (await store.ListAsync(long.MaxValue, 10, Stop)).Select(v => v.Version));
        Assert.Equal(Rules(2, "b"), await store.LatestAsync(Stop));
    }

    [Fact]
    public async Task List_Pages_AreNewestFirst()
    {
        var store = Open();
        await store.PutAsync([.. Enumerable.Range(1, 12).Select(i => Rules(i, "a"))], Stop);

        var first = await store.ListAsync(long.MaxValue, 5, Stop);
        var second = await store.ListAsync(first[^1].Version, 5, Stop);
        var last = await store.ListAsync(second[^1].Version, 5, Stop);

        Assert.Equal(Enumerable.Range(1, 12).Reverse().Select(i => new RulesVersion { Version = i, CreatedAt = 1000 + i }), [.. first, .. second, .. last]);
        Assert.Equal([5, 5, 2], [first.Count, second.Count, last.Count]);
    }

    protected abstract IRuleStore Open();

    protected abstract Task<IRuleStore> ReopenAsync();

    private static IdentityRules Rules(long version, string type) => new()
    {
        Version = version,
        CreatedAt = 1000 + version,
        Identifiers = { new IdentifierRule { Type = type, Limit = 5, Window = "ever", From = { "traits.x" } } },
    };
}
