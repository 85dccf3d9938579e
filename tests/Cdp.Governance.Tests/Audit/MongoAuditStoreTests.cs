using Cdp.Engines;
using Cdp.Governance.Audit;
using Cdp.Storage.Mongo.Governance;

[assembly: AssemblyFixture(typeof(MongoEngine))]

namespace Cdp.Governance.Tests.Audit;

public sealed class MongoAuditStoreTests(MongoEngine engine) : AuditStoreSuite, IAsyncLifetime
{
    private MongoDatabase? _database;

    protected override IAuditStore Store => new MongoAuditStore(_database!.Stage);

    public async ValueTask InitializeAsync() =>
        _database = await MongoDatabase.CreateAsync(engine, MongoGovernanceSchema.Schema, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    protected override Task ReopenAsync() => _database!.ReopenAsync(TestContext.Current.CancellationToken);
}
