using Cdp.Engines;
using Cdp.Governance.Regulations;
using Cdp.Storage.Mongo.Governance;

namespace Cdp.Governance.Tests.Regulations;

public sealed class MongoRegulationStoreTests(MongoEngine engine) : RegulationStoreSuite, IAsyncLifetime
{
    private MongoDatabase? _database;

    protected override IRegulationStore Store => new MongoRegulationStore(_database!.Stage);

    public async ValueTask InitializeAsync() =>
        _database = await MongoDatabase.CreateAsync(engine, MongoGovernanceSchema.Schema, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    protected override Task ReopenAsync() => _database!.ReopenAsync(TestContext.Current.CancellationToken);

    protected override Task<bool> ContainsAsync(string text) => _database!.ContainsAsync(text, TestContext.Current.CancellationToken);
}
