using Cdp.Engines;
using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Tests.Fakes;
using MongoDB.Bson;
using MongoDB.Driver;

[assembly: AssemblyFixture(typeof(MongoEngine))]

namespace Cdp.Storage.Mongo.Tests.Commits;

public sealed class MongoStageTests(MongoEngine engine) : IAsyncLifetime
{
    private static readonly string Large = new('x', 5 * 1024 * 1024);
    private StageDatabase? _database;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commit_OfEachKind_ChangesDocumentsAndPositions()
    {
        var stage = await _database!.OwnAsync();
        await stage.CommitAsync([Sample.Put("a", 1), Sample.Put("b", 1), Sample.Put("c", 1)], Sample.At(1), Stop);
        var before = stage.Positions;
        await stage.CommitAsync([Sample.Put("a", "two"), Sample.Increase("b"), Sample.Delete("c"), Sample.Increase("d")], Sample.At(2), Stop);

        Assert.Equal(new Dictionary<string, BsonValue> { ["a"] = "two", ["b"] = 2, ["d"] = 1 }, await _database.ValuesAsync());
        Assert.Equal(2, stage.Positions["at"]);
        // Who has read positions keeps what belongs together.
        Assert.Equal(1, before["at"]);
        Assert.Equal(2, (await _database.OwnAsync()).Positions["at"]);
    }

    [Fact]
    public async Task Commit_DeletedDocumentComesAgain_IsThere()
    {
        var stage = await _database!.OwnAsync();
        await stage.CommitAsync([Sample.Put("a", 1), Sample.Put("b", 1)], null, Stop);
        await stage.CommitAsync([Sample.Delete("a"), Sample.Delete("b")], null, Stop);
        await stage.CommitAsync([Sample.Put("a", 5), Sample.Increase("b")], null, Stop);

        Assert.Equal(new Dictionary<string, BsonValue> { ["a"] = 5, ["b"] = 1 }, await _database.ValuesAsync());
    }

    [Fact]
    public async Task Commit_LargerThanAMessage_IsStoredAndLeavesNoJournalBehind()
    {
        var stage = await _database!.OwnAsync();
        await stage.CommitAsync([.. Enumerable.Range(0, 5).Select(i => Sample.Put($"large {i}", Large)), Sample.Increase("small")], Sample.At(1), Stop);
        Assert.Equal(5, await _database.Journal.CountDocumentsAsync(new BsonDocument(), cancellationToken: Stop));
        await stage.CommitAsync([Sample.Increase("small")], null, Stop);

        Assert.Equal(0, await _database.Journal.CountDocumentsAsync(new BsonDocument(), cancellationToken: Stop));
        var values = await _database.ValuesAsync();
        Assert.Equal(6, values.Count);
        Assert.Equal(2, values["small"]);
        Assert.All(values.Where(v => v.Key != "small"), v => Assert.Equal(Large, v.Value));
    }

    [Fact]
    public async Task Commit_ThatCannotBeStored_IsRefusedAndTheNextIsNot()
    {
        var stage = await _database!.OwnAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => stage.CommitAsync([Sample.Put("a", 1), Sample.Put("b", Large + Large + Large)], Sample.At(1), Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => stage.CommitAsync([Sample.Put("a", 1), Sample.Increase("a")], Sample.At(1), Stop));
        await stage.CommitAsync([Sample.Put("c", 1)], null, Stop);

        Assert.Equal(["c"], (await _database.ValuesAsync()).Keys);
        Assert.Empty(stage.Positions);
    }

    [Fact]
    public async Task Commit_ManyReadAndWriteTheSame_LosesNone()
    {
        var stage = await _database!.OwnAsync();
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => stage.CommitAsync(
            async (positions, stop) =>
            {
                var stored = await _database.Things.Find(new BsonDocument("_id", "a")).FirstOrDefaultAsync(stop);
                return new StageCommit([Sample.Put("a", (stored?["value"].AsInt32 ?? 0) + 1)], Sample.At(positions.GetValue("at", 0).AsInt32 + 1));
            },
            Stop))));

        Assert.Equal(30, (await _database.ValuesAsync())["a"]);
        Assert.Equal(30, stage.Positions["at"]);
    }

    [Fact]
    public async Task Purge_AfterADeletion_LeavesTheContentNowhere()
    {
        var stage = await _database!.OwnAsync();
        await stage.CommitAsync([Sample.Put("a", "zzsecretzz"), Sample.Put("b", "zzsecretzz" + Large)], null, Stop);
        // As a former owner leaves it that died before its commit, after its successor had cleared the journal.
        await _database.Journal.InsertOneAsync(
            new BsonDocument { { "stage", stage.Name }, { "fence", 0L }, { "round", 9L }, { "writes", "zzsecretzz" } }, cancellationToken: Stop);
        await stage.CommitAsync([Sample.Delete("a"), Sample.Delete("b")], null, Stop);
        await stage.PurgeAsync(Stop);

        foreach (var collection in new[] { _database.Heads, _database.Journal, _database.Things })
            Assert.DoesNotContain("zzsecretzz", (await collection.Find(new BsonDocument()).ToListAsync(Stop)).ToJson());
        Assert.Empty(await _database.ValuesAsync());
    }

    public async ValueTask InitializeAsync() => _database = await StageDatabase.CreateAsync(engine);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }
}
