using Cdp.Collection.Imports;
using Cdp.Contracts.Collection.V1;

namespace Cdp.Collection.Tests.Imports;

/// <summary>What every store of imports must do.</summary>
public abstract class ImportStoreSuite
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_TwiceAndReopened_HoldsTheLatest()
    {
        var store = Open();
        await store.PutAsync(new ImportJob { Id = "imp_1", State = "running" }, Stop);
        var latest = new ImportJob { Id = "imp_1", State = "finished", Rows = 5 };
        await store.PutAsync(latest, Stop);

        store = await ReopenAsync();

        Assert.Equal(latest, await store.FindAsync("imp_1", Stop));
        Assert.Null(await store.FindAsync("imp_2", Stop));
    }

    [Fact]
    public async Task List_Pages_AreNewestFirstWithoutGapOrDouble()
    {
        var store = Open();
        for (var i = 0; i < 5; i++)
            await store.PutAsync(new ImportJob { Id = $"imp_{i}" }, Stop);

        Assert.Equal(["imp_4", "imp_3"], (await store.ListAsync("", 2, Stop)).Select(j => j.Id));
        Assert.Equal(["imp_2", "imp_1"], (await store.ListAsync("imp_3", 2, Stop)).Select(j => j.Id));
        Assert.Equal(["imp_0"], (await store.ListAsync("imp_1", 2, Stop)).Select(j => j.Id));
    }

    [Fact]
    public async Task AddRejects_SameRowAgain_ReplacesIt()
    {
        var store = Open();
        await store.AddRejectsAsync("imp_1", [Reject(10, "a"), Reject(2, "b")], Stop);
        await store.AddRejectsAsync("imp_1", [Reject(10, "c")], Stop);
        await store.AddRejectsAsync("imp_2", [Reject(1, "other")], Stop);

        Assert.Equal([Reject(2, "b"), Reject(10, "c")], await store.ListRejectsAsync("imp_1", 0, 10, Stop));
        Assert.Equal([Reject(10, "c")], await store.ListRejectsAsync("imp_1", 2, 1, Stop));
    }

    [Fact]
    public async Task Prune_Ended_TakesTheOlderWithTheirRejects()
    {
        var store = Open();
        await store.PutAsync(Ended("imp_1", 100), Stop);
        await store.PutAsync(Ended("imp_2", 199), Stop);
        await store.PutAsync(Ended("imp_3", 200), Stop);
        foreach (var id in new[] { "imp_1", "imp_3" })
            await store.AddRejectsAsync(id, [Reject(1, "a"), Reject(2, "b")], Stop);

        Assert.Equal(4, await store.PruneAsync(200, 10, Stop));

        Assert.Equal(["imp_3"], (await store.ListAsync("", 10, Stop)).Select(j => j.Id));
        Assert.Null(await store.FindAsync("imp_1", Stop));
        Assert.Empty(await store.ListRejectsAsync("imp_1", 0, 10, Stop));
        Assert.Equal(2, (await store.ListRejectsAsync("imp_3", 0, 10, Stop)).Count);
        Assert.Equal(0, await store.PruneAsync(200, 10, Stop));
    }

    [Fact]
    public async Task Prune_Limit_TakesThatManyAtATimeAndTheImportAfterItsRejects()
    {
        var store = Open();
        await store.PutAsync(Ended("imp_1", 100), Stop);
        await store.PutAsync(Ended("imp_2", 100), Stop);
        await store.AddRejectsAsync("imp_1", [Reject(1, "a"), Reject(2, "b")], Stop);

        Assert.Equal(2, await store.PruneAsync(200, 2, Stop));
        Assert.Equal(["imp_2", "imp_1"], (await store.ListAsync("", 10, Stop)).Select(j => j.Id));
        Assert.Empty(await store.ListRejectsAsync("imp_1", 0, 10, Stop));
        Assert.Equal(2, await store.PruneAsync(200, 2, Stop));
        Assert.Equal(0, await store.PruneAsync(200, 2, Stop));
        Assert.Empty(await store.ListAsync("", 10, Stop));
    }

    [Fact]
    public async Task Prune_StillRunningOrEndedLately_Stays()
    {
        var store = Open();
        await store.PutAsync(new ImportJob { Id = "imp_1", State = "running", CreatedAt = 1 }, Stop);
        await store.PutAsync(new ImportJob { Id = "imp_2", State = "failed", CreatedAt = 1, FinishedAt = 300 }, Stop);
        await store.PutAsync(Ended("imp_3", 100), Stop);

        Assert.Equal(1, await store.PruneAsync(200, 10, Stop));

        Assert.Equal(["imp_2", "imp_1"], (await store.ListAsync("", 10, Stop)).Select(j => j.Id));
    }

    [Fact]
    public async Task Put_PrunedBefore_IsThereAgain()
    {
        var store = Open();
        await store.PutAsync(Ended("imp_1", 100), Stop);
        await store.PruneAsync(200, 10, Stop);

        await store.PutAsync(Ended("imp_1", 300), Stop);
        store = await ReopenAsync();

        Assert.Equal(Ended("imp_1", 300), await store.FindAsync("imp_1", Stop));
    }

    protected abstract IImportStore Open();

    protected abstract Task<IImportStore> ReopenAsync();

    private static ImportJob Ended(string id, long at) => new() { Id = id, State = "finished", CreatedAt = at - 1, FinishedAt = at };

    private static ImportReject Reject(long row, string reason) => new() { Row = row, Field = "user_id", Reason = reason };
}
