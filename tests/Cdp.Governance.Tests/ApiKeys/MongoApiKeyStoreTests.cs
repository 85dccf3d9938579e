using Cdp.Engines;
using Cdp.Governance.ApiKeys;
using Cdp.Storage.Mongo.Governance;

namespace Cdp.Governance.Tests.ApiKeys;

public sealed class MongoApiKeyStoreTests(MongoEngine engine) : ApiKeyStoreSuite, IAsyncLifetime
{
    private MongoDatabase? _database;

    protected override IApiKeyStore Store => new MongoApiKeyStore(_database!.Stage);

    public async ValueTask InitializeAsync() =>
        _database = await MongoDatabase.CreateAsync(engine, MongoGovernanceSchema.Schema, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    protected override Task ReopenAsync() => _database!.ReopenAsync(TestContext.Current.CancellationToken);
}
