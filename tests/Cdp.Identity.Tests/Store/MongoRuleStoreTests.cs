using Cdp.Engines;
using Cdp.Identity.Rules;
using Cdp.Storage.Mongo.Identity;

namespace Cdp.Identity.Tests.Store;

public sealed class MongoRuleStoreTests(MongoEngine engine) : RuleStoreSuite, IAsyncLifetime
{
    private MongoDatabase? _database;

    public async ValueTask InitializeAsync() =>
        _database = await MongoDatabase.CreateAsync(engine, MongoIdentitySchema.Schema, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    protected override IRuleStore Open() => new MongoRuleStore(_database!.Stage);

    protected override async Task<IRuleStore> ReopenAsync()
    {
        await _database!.ReopenAsync(TestContext.Current.CancellationToken);
        return Open();
    }
}
