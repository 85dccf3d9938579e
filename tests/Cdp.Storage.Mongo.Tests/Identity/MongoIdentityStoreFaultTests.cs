using Cdp.Engines;
using Cdp.Storage.Mongo.Identity;
using Cdp.Storage.Mongo.Tests.Fakes;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Tests.Identity;

public sealed class MongoIdentityStoreFaultTests : IAsyncLifetime
{
    private readonly MongoEngine _engine = new();
    private StageDatabase? _database;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LastMerge_AfterACommitThatWasGivenUp_CountsItsMerges()
    {
        var stage = await _database!.OwnAsync();
        await _engine.StopAsync(Stop);
        using var gaveUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var cancelled = stage.CommitAsync([], new BsonDocument(MongoIdentityStore.LastMerge, 7L), gaveUp.Token);
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await _engine.StartAsync(Stop);

        Assert.Equal(7, (await new MongoIdentityStore(stage).SequencesAsync(Stop)).Merge);
    }

    public async ValueTask InitializeAsync() => _database = await StageDatabase.CreateAsync($"{await _engine.ConnectOwnAsync(Stop)}&socketTimeoutMS=2000");

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        await _engine.DisposeAsync();
    }
}
