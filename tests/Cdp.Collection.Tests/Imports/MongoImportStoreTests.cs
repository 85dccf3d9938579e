using Cdp.Collection.Imports;
using Cdp.Engines;
using Cdp.Storage.Mongo.Collection;

namespace Cdp.Collection.Tests.Imports;

public sealed class MongoImportStoreTests(MongoEngine engine) : ImportStoreSuite, IAsyncLifetime
{
    private MongoDatabase? _database;

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
