using Cdp.Engines;
using Cdp.Governance.Consent;
using Cdp.Storage.Mongo.Governance;

namespace Cdp.Governance.Tests.Consent;

public sealed class MongoPurposeStoreTests(MongoEngine engine) : PurposeStoreSuite, IAsyncLifetime
{
    private MongoDatabase? _database;

    protected override IPurposeStore Store => new MongoPurposeStore(_database!.Stage);

    public async ValueTask InitializeAsync() =>
        _database = await MongoDatabase.CreateAsync(engine, MongoGovernanceSchema.Schema, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    protected override Task ReopenAsync() => _database!.ReopenAsync(TestContext.Current.CancellationToken);
}
