using Cdp.Engines;
using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Server;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Tests.Fakes;

/// <summary>A database in which processes own the sample's stage one after the other.</summary>
internal sealed class StageDatabase : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owners = [];

    private StageDatabase(MongoServer server) => Server = server;

    public MongoServer Server { get; }

    public IMongoCollection<BsonDocument> Heads => Server.Database.GetCollection<BsonDocument>(Head.Collection);

    public IMongoCollection<BsonDocument> Journal => Server.Database.GetCollection<BsonDocument>("journal");

    public IMongoCollection<BsonDocument> Things => Server.Database.GetCollection<BsonDocument>($"{Sample.Schema.Stage}_{Sample.Things}");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<StageDatabase> CreateAsync(MongoEngine engine) => await CreateAsync(await engine.ConnectAsync(Stop));

    public static async Task<StageDatabase> CreateAsync(string connectionString)
    {
        var url = new MongoUrlBuilder(connectionString) { DatabaseName = $"cdp_test_{Guid.NewGuid():n}" };
        return new StageDatabase(await MongoServer.ConnectAsync(url.ToString(), Stop));
    }

    /// <summary>Takes the stage at once, as if its owner's beat had stood still for long enough. A former owner notices nothing.</summary>
    public async Task<MongoStage> OwnAsync()
    {
        await ForgetOwnerAsync();
        var stage = await MongoStage.OwnAsync(Server, Sample.Schema, "http://127.0.0.1:1", TimeProvider.System, Stop);
        _owners.Add(stage);
        return stage;
    }

    /// <summary>The same, and then the new owner only does what the test tells it.</summary>
    public async Task<(Lease Lease, Head Head)> LeaseAsync(TimeProvider? time = null)
    {
        await ForgetOwnerAsync();
        var (lease, head) = await Lease.AcquireAsync(Server.Database, Sample.Schema.Stage, "http://127.0.0.1:2", time ?? TimeProvider.System, Stop);
        _owners.Add(lease);
        return (lease, head);
    }

    /// <summary>Ids and values of what is there.</summary>
    public async Task<SortedDictionary<string, BsonValue>> ValuesAsync()
    {
        var documents = await Things.Find(StoredFields.Present).ToListAsync(Stop);
        return new SortedDictionary<string, BsonValue>(documents.ToDictionary(d => d["_id"].AsString, d => d["value"]), StringComparer.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owner in _owners)
            await owner.DisposeAsync();
        await Server.Database.Client.DropDatabaseAsync(Server.Database.DatabaseNamespace.DatabaseName);
        Server.Dispose();
    }

    private Task ForgetOwnerAsync() =>
        Heads.UpdateOneAsync(Head.Of(Sample.Schema.Stage), new BsonDocument("$set", new BsonDocument("owner", "")), cancellationToken: Stop);
}
