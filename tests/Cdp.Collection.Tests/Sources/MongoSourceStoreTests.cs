using Cdp.Collection.Sources;
using Cdp.Engines;
using Cdp.Storage.Mongo.Collection;

[assembly: AssemblyFixture(typeof(MongoEngine))]

namespace Cdp.Collection.Tests.Sources;

public sealed class MongoSourceStoreTests(MongoEngine engine) : SourceStoreSuite, IAsyncLifetime
{
    private MongoDatabase? _database;

    public async ValueTask InitializeAsync() =>
        _database = await MongoDatabase.CreateAsync(engine, MongoCollectionSchema.Schema, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    protected override ISourceStore Open() => new MongoSourceStore(_database!.Stage);

    protected override async Task<ISourceStore> ReopenAsync()
    {
        await _database!.ReopenAsync(TestContext.Current.CancellationToken);
        return Open();
    }
}
