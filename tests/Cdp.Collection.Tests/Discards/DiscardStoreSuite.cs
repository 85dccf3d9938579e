using Cdp.Collection.Discards;

namespace Cdp.Collection.Tests.Discards;

/// <summary>What every store of discards must do.</summary>
public abstract class DiscardStoreSuite
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_Repeatedly_CountsAllAndKeepsThe20LatestSamplesNewestFirst()
    {
        var store = Open();
        await store.AddAsync([Tally("src_1", "a", 0, 15), Tally("src_1", "b", 0, 1), Tally("src_2", "a", 0, 2)], Stop);
        await store.AddAsync([Tally("src_1", "a", 15, 15)], Stop);

        var discards = await (await ReopenAsync()).ListAsync("src_1", Stop);

        Assert.Equal([("a", 30, 29), ("b", 1, 0)], discards.Select(d => (d.Code, (int)d.Count, (int)d.LastAt)));
        Assert.Equal(Enumerable.Range(10, 20).Reverse().Select(i => $"m{i}"), discards[0].Samples.Select(s => s.MessageId));
        Assert.Empty(await Open().ListAsync("src_3", Stop));
    }

    protected abstract IDiscardStore Open();

    protected abstract Task<IDiscardStore> ReopenAsync();

    private static DiscardTally Tally(string source, string code, int from, int count)
    {
        var tally = new DiscardTally(source, code) { Count = count, LastAt = from + count - 1 };
        for (var i = from; i < from + count; i++)
            tally.Samples.Enqueue(new DiscardedSample($"m{i}", "detail", i));
        return tally;
    }
}
