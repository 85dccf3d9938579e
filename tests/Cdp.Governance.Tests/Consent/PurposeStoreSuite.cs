using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Consent;

namespace Cdp.Governance.Tests.Consent;

/// <summary>What every store of consent purposes does.</summary>
public abstract class PurposeStoreSuite
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract IPurposeStore Store { get; }

    /// <summary>Closes and opens the store again.</summary>
    protected abstract Task ReopenAsync();

    [Fact]
    public async Task List_AfterPuts_IsByKeyWithTheLatest()
    {
        await Store.PutAsync(new ConsentPurpose { Key = "b", Name = "B" }, Stop);
        await Store.PutAsync(new ConsentPurpose { Key = "a", Name = "first" }, Stop);
        await Store.PutAsync(new ConsentPurpose { Key = "a", Name = "A", Description = "why" }, Stop);
        await Store.PutAsync(new ConsentPurpose { Key = "B", Name = "upper" }, Stop);
        await ReopenAsync();

        Assert.Equal(
            [new ConsentPurpose { Key = "B", Name = "upper" }, new ConsentPurpose { Key = "a", Name = "A", Description = "why" }, new ConsentPurpose { Key = "b", Name = "B" }],
            await Store.ListAsync(Stop));
    }

    [Fact]
    public async Task Delete_OnceAndAgain_LeavesTheOthers()
    {
        await Store.PutAsync(new ConsentPurpose { Key = "a" }, Stop);
        await Store.PutAsync(new ConsentPurpose { Key = "b" }, Stop);

        await Store.DeleteAsync("a", Stop);
        await Store.DeleteAsync("a", Stop);

        Assert.Equal(["b"], (await Store.ListAsync(Stop)).Select(p => p.Key));
    }
}
