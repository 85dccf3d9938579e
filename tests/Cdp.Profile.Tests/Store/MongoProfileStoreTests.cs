using System.Text;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Engines;
using Cdp.Profile.Store;
using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Profile;
using Cdp.Storage.Mongo.Server;
using MongoDB.Bson;
using MongoDB.Driver;

[assembly: AssemblyFixture(typeof(MongoEngine))]

namespace Cdp.Profile.Tests.Store;

public sealed class MongoProfileStoreTests(MongoEngine engine) : ProfileStoreSuite
{
    private MongoDatabase? _database;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
    }

    protected override async Task<IProfileStore> OpenAsync()
    {
        if (_database is null)
            _database = await MongoDatabase.CreateAsync(engine, MongoProfileSchema.Schema, Stop);
        else
            await _database.ReopenAsync(Stop);
        return new MongoProfileStore(_database.Stage);
    }

    // What is open goes when it is opened again.
    protected override Task CloseAsync() => Task.CompletedTask;

    [Fact]
    public async Task Erase_Returns_WhenNoDocumentHoldsAByteOfThePerson()
    {
        await Store.CommitAsync(Round(1, "zzsecretzz"), Stop);
        Assert.True(await IsStoredAsync("zzsecretzz"));

        await Store.EraseAsync("a", 2, Stop);

        Assert.False(await IsStoredAsync("zzsecretzz"));
    }

    [Fact]
    public async Task PruneDeadLetters_ByAFormerOwner_IsRefusedAndTakesNothing()
    {
        var commit = Round(1, "x");
        commit.DeadLetters.Add(new DeadLetter { Id = "0-5", Position = new FeedPosition { Offset = 5 }, FailedAt = 100 });
        await Store.CommitAsync(commit, Stop);
        await using var successor = await _database!.SucceedAsync(Stop);

        await Assert.ThrowsAsync<OwnershipLostException>(() => Store.PruneDeadLettersAsync(200, 10, Stop));

        Assert.NotNull(await Store.FindDeadLetterAsync(new FeedPosition { Offset = 5 }, Stop));
    }

    [Fact]
    public async Task PruneTimeline_ByAFormerOwner_IsRefusedAndForgetsNothing()
    {
        await Store.CommitAsync(Round(1, "x"), Stop);
        await using var successor = await _database!.SucceedAsync(Stop);

        await Assert.ThrowsAsync<OwnershipLostException>(() => Store.PruneTimelineAsync(100, 10, Stop));

        Assert.Single((await Store.ListEventsAsync("a", 10, "", Stop)).Events);
    }

    [Fact]
    public async Task Erase_OfWhoseEventsAreForgotten_LeavesNoByteInAnyDocument()
    {
        await Store.CommitAsync(Round(1, "zzsecretzz"), Stop);
        Assert.Equal(1, await Store.PruneTimelineAsync(100, 10, Stop));

        await Store.EraseAsync("a", 2, Stop);

        Assert.False(await IsStoredAsync("zzsecretzz"));
    }

    [Fact]
    public async Task Commit_OfAProfile_CanBeAskedForByPeople()
    {
        var commit = Round(1, "pro");
        commit.Profiles[0].Profile.Document.Traits.Add([new Trait { Name = "tags", Json = "[\"x\",\"y\"]" }, new Trait { Name = "a.b$c", Json = "12.5" }]);
        await Store.CommitAsync(commit, Stop);

        foreach (var trait in (BsonDocument[])[new() { { "n", "t" }, { "v", "pro" } }, new() { { "n", "tags" }, { "v", "y" } }, new() { { "n", "a.b$c" }, { "v", new BsonDocument("$gt", 12) } }])
            Assert.Equal(1, await _database!.Stage.Collection("profiles").CountDocumentsAsync(new BsonDocument("traits", new BsonDocument("$elemMatch", trait)), null, Stop));
    }

    /// <summary>Whoever asked for the commit does not wait for it while the server hangs: whether it happened, the positions say.</summary>
    [Fact]
    public async Task Commit_CancelledWhileTheServerHangs_IsInThePositionsOrNowhere()
    {
        await using var own = new MongoEngine();
        using var server = await MongoServer.ConnectAsync(await own.ConnectOwnAsync(Stop), Stop);
        await using var stage = await MongoStage.OwnAsync(server, MongoProfileSchema.Schema, "http://127.0.0.1:1", TimeProvider.System, Stop);
        using var store = new MongoProfileStore(stage);
        await store.CommitAsync(Round(1, "x"), Stop);
        for (var round = 2; round <= 6; round++)
        {
            using var impatience = new CancellationTokenSource();
            var committing = store.CommitAsync(Round(round, "x"), impatience.Token);
            if (round % 2 == 0)
                await own.PauseAsync(Stop);
            await impatience.CancelAsync();
            await committing.ContinueWith(_ => { }, Stop, TaskContinuationOptions.None, TaskScheduler.Default);
            if (round % 2 == 0)
                await own.ResumeAsync(Stop);

            // As the stage does: it goes on from there.
            var feed = (await store.PositionsAsync(Stop)).Feed;
            Assert.InRange(feed, round - 1, round);
            if (feed < round)
                await store.CommitAsync(Round(round, "x"), Stop);
        }

        Assert.Equal([6L, 5L, 4L, 3L, 2L, 1L], (await store.ListEventsAsync("a", 10, "", Stop)).Events.Select(e => e.Position.Offset));
        Assert.Equal(1, await store.CountAsync(Stop));
    }

    private static ProfileCommit Round(long round, string trait)
    {
        var commit = new ProfileCommit { Positions = new ProfilePositions(new Dictionary<int, long> { [0] = round }, 0, round) };
        commit.Profiles.Add((new StoredProfile { Document = new ProfileDocument { Id = "a", Version = round, Traits = { new Trait { Name = "t", Json = $"\"{trait}\"" } } } }, round));
        commit.Events.Add(("a", new TimelineEvent { Position = new FeedPosition { Offset = round }, Name = trait, Timestamp = round }, round));
        return commit;
    }

    private async Task<bool> IsStoredAsync(string text)
    {
        var database = _database!.Server.Database;
        foreach (var name in await (await database.ListCollectionNamesAsync(cancellationToken: Stop)).ToListAsync(Stop))
        {
            var documents = await database.GetCollection<BsonDocument>(name).Find(new BsonDocument()).ToListAsync(Stop);
            if (documents.Any(document => document.ToBson().AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0))
                return true;
        }
        return false;
    }
}
