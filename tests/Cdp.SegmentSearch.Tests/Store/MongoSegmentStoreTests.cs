using System.Text;
using Cdp.Engines;
using Cdp.SegmentSearch.Store;
using Cdp.Storage.Mongo.SegmentSearch;
using MongoDB.Bson;
using MongoDB.Driver;

[assembly: AssemblyFixture(typeof(MongoEngine))]

namespace Cdp.SegmentSearch.Tests.Store;

public sealed class MongoSegmentStoreTests(MongoEngine engine) : SegmentStoreSuite, IAsyncLifetime
{
    private MongoDatabase? _database;
    private MongoSegmentStore? _store;

    protected override ISegmentStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        _database = await MongoDatabase.CreateAsync(engine, MongoSegmentSearchSchema.Schema, TestContext.Current.CancellationToken);
        _store = new MongoSegmentStore(_database.Stage);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    protected override async Task ReopenAsync()
    {
        await _database!.ReopenAsync(TestContext.Current.CancellationToken);
        _store = new MongoSegmentStore(_database.Stage);
    }

    protected override bool IsAtRest(string text)
    {
        var database = _database!.Server.Database;
        return database.ListCollectionNames().ToList().SelectMany(name => database.GetCollection<BsonDocument>(name).Find(new BsonDocument()).ToList())
            .Any(document => document.ToBson().AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
    }
}
