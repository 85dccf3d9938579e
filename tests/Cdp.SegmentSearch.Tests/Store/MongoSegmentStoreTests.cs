using System.Text;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Engines;
using Cdp.SegmentSearch.Store;
using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.SegmentSearch;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Bson;
using MongoDB.Driver;

[assembly: AssemblyFixture(typeof(MongoEngine))]

namespace Cdp.SegmentSearch.Tests.Store;

public sealed class MongoSegmentStoreTests(MongoEngine engine) : SegmentStoreSuite, IAsyncLifetime
{
    private MongoDatabase? _database;
    private MongoSegmentStore? _store;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

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

    /// <summary>More entries and exits than one commit takes, and more left-overs than one takes away.</summary>
    [Fact]
    public async Task Delete_OfALargeSegment_LeavesNothingOnceItIsSwept()
    {
        const int Members = 170;
        _store = new MongoSegmentStore(_database!.Stage, changesAtOnce: 50);
        var definition = new SegmentDefinition("s", "S", "{}", 1, 1);
        var changes = Enumerable.Range(1, Members).Select(i => new MembershipChange { Sequence = i, SegmentKey = "s", ProfileId = $"p{i}", Entered = true }).ToList();
        await Store.CommitAsync(new SegmentCommit { Positions = new SegmentPositions(1, Members), Defined = definition, Changes = changes }, Stop);
        Assert.Equal((definition, Members), Assert.Single(await Store.SegmentsAsync(Stop)));
        Assert.Equal(new SegmentPositions(1, Members), await Store.PositionsAsync(Stop));

        await Store.CommitAsync(new SegmentCommit { Positions = new SegmentPositions(2, Members), Deleted = "s" }, Stop);
        Assert.Empty(await Store.SegmentsAsync(Stop));
        Assert.True(await CountAsync("memberships") > 0);
        // A process that did not come to it; the next one does.
        await ReopenAsync();
        var sweeper = new RemovedSegmentSweeper(_store!, TimeProvider.System, NullLogger<RemovedSegmentSweeper>.Instance);
        await sweeper.StartAsync(Stop);
        while (await CountAsync("removed") > 0)
            await Task.Delay(20, Stop);
        await sweeper.StopAsync(Stop);

        Assert.Equal((0, 0), (await CountAsync("memberships"), await CountAsync("history")));
    }

    [Fact]
    public async Task PruneHistory_ByAFormerOwner_IsRefusedAndTakesNothing()
    {
        var definition = new SegmentDefinition("s", "S", "{}", 1, 1);
        var entry = new MembershipChange { Sequence = 1, SegmentKey = "s", ProfileId = "a", Entered = true, At = 1 };
        await Store.CommitAsync(new SegmentCommit { Positions = new SegmentPositions(1, 1), Defined = definition, Changes = [entry] }, Stop);
        await using var successor = await _database!.SucceedAsync(Stop);

        await Assert.ThrowsAsync<OwnershipLostException>(() => Store.PruneHistoryAsync(before: 100, until: 1, 10, Stop));

        Assert.Equal(1, await CountAsync("history"));
    }

    protected override async Task ReopenAsync()
    {
        await _database!.ReopenAsync(TestContext.Current.CancellationToken);
        _store = new MongoSegmentStore(_database.Stage);
    }

    private Task<long> CountAsync(string collection) => _database!.Stage.Collection(collection).CountDocumentsAsync(StoredFields.Present, null, Stop);

    protected override bool IsAtRest(string text)
    {
        var database = _database!.Server.Database;
        return database.ListCollectionNames().ToList().SelectMany(name => database.GetCollection<BsonDocument>(name).Find(new BsonDocument()).ToList())
            .Any(document => document.ToBson().AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
    }
}
