using Cdp.Engines;
using Cdp.Identity.Store;
using Cdp.Storage.Mongo.Identity;

[assembly: AssemblyFixture(typeof(MongoEngine))]

namespace Cdp.Identity.Tests.Store;

public sealed class MongoIdentityStoreTests(MongoEngine engine) : IdentityStoreSuite, IAsyncLifetime
{
    private MongoDatabase? _database;
    private MongoIdentityStore? _store;

    public async ValueTask InitializeAsync() =>
        _database = await MongoDatabase.CreateAsync(engine, MongoIdentitySchema.Schema, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    protected override IIdentityStore Open() => _store ??= new MongoIdentityStore(_database!.Stage);

    protected override async Task<IIdentityStore> ReopenAsync()
    {
        await _database!.ReopenAsync(TestContext.Current.CancellationToken);
        _store = null;
        return Open();
    }
}
