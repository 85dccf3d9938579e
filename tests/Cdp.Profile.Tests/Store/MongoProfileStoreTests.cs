using Cdp.Engines;
using Cdp.Profile.Store;
using Cdp.Storage.Mongo.Profile;

[assembly: AssemblyFixture(typeof(MongoEngine))]

namespace Cdp.Profile.Tests.Store;

public sealed class MongoProfileStoreTests(MongoEngine engine) : ProfileStoreSuite
{
    private MongoDatabase? _database;

    protected override async Task<IProfileStore> OpenAsync()
    {
        if (_database is null)
            _database = await MongoDatabase.CreateAsync(engine, MongoProfileSchema.Schema, TestContext.Current.CancellationToken);
        else
            await _database.ReopenAsync(TestContext.Current.CancellationToken);
        return new MongoProfileStore(_database.Stage);
    }

    // What is open goes when it is opened again.
    protected override Task CloseAsync() => Task.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
    }
}
