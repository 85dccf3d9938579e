using Cdp.Governance.ApiKeys;

namespace Cdp.Governance.Tests.ApiKeys;

/// <summary>What every store of API keys does.</summary>
public abstract class ApiKeyStoreSuite
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract IApiKeyStore Store { get; }

    /// <summary>Closes and opens the store again.</summary>
    protected abstract Task ReopenAsync();

    [Fact]
    public async Task Find_ByHash_GivesTheWholeKeyAlsoAfterReopening()
    {
        var key = Key("key_1", 1) with { Scopes = ["segments:read", "*"], IsConfigured = true };
        await Store.PutAsync([key, Key("key_2", 2)], Stop);

        await ReopenAsync();

        Assert.Equivalent(key, await Store.FindAsync(key.Hash, Stop), strict: true);
        Assert.Equivalent(key, await Store.GetAsync("key_1", Stop), strict: true);
        Assert.Null(await Store.FindAsync([9, 9], Stop));
        Assert.Null(await Store.GetAsync("key_9", Stop));
    }

    [Fact]
    public async Task Put_OfAKnownId_ReplacesTheKey()
    {
        await Store.PutAsync([Key("key_1", 1)], Stop);

        await Store.PutAsync([Key("key_1", 1) with { RevokedAt = 7 }], Stop);

        Assert.Equal(7, Assert.Single(await Store.ListAsync(Stop)).RevokedAt);
        Assert.Equal(7, (await Store.FindAsync([1], Stop))?.RevokedAt);
    }

    [Fact]
    public async Task Put_WhereOneOfTheKeysIsRefused_StoresNone()
    {
        await Store.PutAsync([Key("key_1", 1)], Stop);

        await Assert.ThrowsAnyAsync<Exception>(() => Store.PutAsync([Key("key_2", 2), Key("key_3", 1)], Stop));

        Assert.Equal(["key_1"], (await Store.ListAsync(Stop)).Select(k => k.Id));
    }

    [Fact]
    public async Task List_OfSeveral_IsOldestFirst()
    {
        await Store.PutAsync([Key("key_2", 2)], Stop);
        await Store.PutAsync([Key("key_1", 1)], Stop);

        Assert.Equal(["key_1", "key_2"], (await Store.ListAsync(Stop)).Select(k => k.Id));
    }

    private static StoredApiKey Key(string id, byte hash) => new(id, $"name of {id}", ["audit:read"], [hash], "abcd", false, 5, 0);
}
