using Cdp.Collection.Imports;
using Cdp.Contracts.Collection.V1;
using Cdp.Engines;
using Cdp.Storage.Mongo.Collection;
using Cdp.Storage.Mongo.Commits;

namespace Cdp.Collection.Tests.Imports;

public sealed class MongoImportStoreTests(MongoEngine engine) : ImportStoreSuite, IAsyncLifetime
{
    private MongoDatabase? _database;

    [Fact]
    public async Task Prune_ByAFormerOwner_IsRefusedAndTakesNothing()
    {
        var store = Open();
        await store.PutAsync(new ImportJob { Id = "imp_1", State = "finished", CreatedAt = 1, FinishedAt = 2 }, TestContext.Current.CancellationToken);
        await using var successor = await _database!.SucceedAsync(TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<OwnershipLostException>(() => store.PruneAsync(200, 10, TestContext.Current.CancellationToken));

        Assert.NotNull(await store.FindAsync("imp_1", TestContext.Current.CancellationToken));
    }

    public async ValueTask InitializeAsync() =>
        _database = await MongoDatabase.CreateAsync(engine, MongoCollectionSchema.Schema, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    protected override IImportStore Open() => new MongoImportStore(_database!.Stage);

    protected override async Task<IImportStore> ReopenAsync()
    {
        await _database!.ReopenAsync(TestContext.Current.CancellationToken);
        return Open();
    }
}
