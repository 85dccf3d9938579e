using Cdp.Collection.Discards;
using Cdp.Engines;
using Cdp.Storage.Mongo.Collection;

namespace Cdp.Collection.Tests.Discards;

public sealed class MongoDiscardStoreTests(MongoEngine engine) : DiscardStoreSuite, IAsyncLifetime
{
    private MongoDatabase? _database;

    public async ValueTask InitializeAsync() =>
        _database = await MongoDatabase.CreateAsync(engine, MongoCollectionSchema.Schema, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    protected override IDiscardStore Open() => new MongoDiscardStore(_database!.Stage);

    protected override async Task<IDiscardStore> ReopenAsync()
    {
        await _database!.ReopenAsync(TestContext.Current.CancellationToken);
        return Open();
    }
}
