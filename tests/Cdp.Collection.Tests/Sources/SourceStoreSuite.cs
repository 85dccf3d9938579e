using Cdp.Collection.Sources;

namespace Cdp.Collection.Tests.Sources;

/// <summary>What every store of sources must do.</summary>
public abstract class SourceStoreSuite
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_NewAndChanged_AreListedOldestFirstAfterReopening()
    {
        var store = Open();
        await store.PutAsync(new StoredSource("src_b", "Shop", true, [1, 2], "abcd", 10), Stop);
        await store.PutAsync(new StoredSource("src_a", "App", true, [3, 4], "efgh", 20), Stop);
        await store.PutAsync(new StoredSource("src_b", "Web shop", false, [5, 6], "ijkl", 10), Stop);

        var sources = await (await ReopenAsync()).ListAsync(Stop);

        Assert.Equal([("src_b", "Web shop", false, "ijkl", 10), ("src_a", "App", true, "efgh", 20)], sources.Select(s => (s.Id, s.Name, s.Enabled, s.KeyHint, s.CreatedAt)));
        Assert.Equal<IEnumerable<byte>>([5, 6], sources[0].KeyHash);
    }

    protected abstract ISourceStore Open();

    protected abstract Task<ISourceStore> ReopenAsync();
}
