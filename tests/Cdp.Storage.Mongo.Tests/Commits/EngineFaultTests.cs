using Cdp.Engines;
using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Server;
using Cdp.Storage.Mongo.Tests.Fakes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Tests.Commits;

/// <summary>
/// The server goes away under commits and comes back. It is stopped, not killed: the stand-in for MongoDB loses its last second
/// when it is killed, which MongoDB does not.
/// </summary>
public sealed class EngineFaultTests : IAsyncLifetime
{
    private readonly MongoEngine _engine = new();
    private StageDatabase? _database;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commit_ServerStopsAndHangs_LosesAndDoublesNone()
    {
        const int Commits = 120;
        var stage = await _database!.OwnAsync();
        var reached = Enumerable.Range(0, Commits + 1).Select(_ => new TaskCompletionSource()).ToList();
        var committing = Task.Run(
            async () =>
            {
                for (var i = 1; i <= Commits; i++)
                {
                    await stage.CommitAsync([Sample.Increase("a"), Sample.Put($"b{i}", i)], Sample.At(i), Stop);
                    reached[i].SetResult();
                }
            },
            Stop);

        await reached[40].Task;
        await _engine.StopAsync(Stop);
        await UntilAsync(HealthStatus.Unhealthy);
        await _engine.StartAsync(Stop);
        await Task.WhenAny(reached[80].Task, committing);
        await _engine.PauseAsync(Stop);
        await UntilAsync(HealthStatus.Unhealthy);
        await _engine.ResumeAsync(Stop);
        await committing;

        var values = await _database.ValuesAsync();
        Assert.Equal(Commits, values["a"]);
        Assert.Equal(Commits + 1, values.Count);
        Assert.Equal(Commits, stage.Positions["at"]);
        await UntilAsync(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Commit_CancelledWhileTheServerIsAway_IsFinishedBeforeTheNextReads()
    {
        var stage = await _database!.OwnAsync();
        await stage.CommitAsync([Sample.Put("a", 1)], null, Stop);
        await _engine.StopAsync(Stop);
        using var gaveUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var cancelled = stage.CommitAsync([Sample.Increase("a")], Sample.At(1), gaveUp.Token);
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await _engine.StartAsync(Stop);

        var seen = BsonNull.Value as BsonValue;
        await stage.CommitAsync(
            async (positions, stop) =>
            {
                seen = (await _database.Things.Find(new BsonDocument("_id", "a")).SingleAsync(stop))["value"];
                return new StageCommit([Sample.Increase("a")], Sample.At(positions["at"].AsInt32 + 1));
            },
            Stop);

        Assert.Equal(2, seen);
        Assert.Equal(3, (await _database.ValuesAsync())["a"]);
        Assert.Equal(2, stage.Positions["at"]);
    }

    [Fact]
    public async Task Own_ServerGoesAwayWhileItWaits_TakesOverAfterwards()
    {
        var owner = await _database!.OwnAsync();
        var waiting = MongoStage.OwnAsync(_database.Server, Sample.Schema, "http://127.0.0.1:4", TimeProvider.System, Stop);
        await _engine.StopAsync(Stop);
        await UntilAsync(HealthStatus.Unhealthy);
        Assert.False(waiting.IsCompleted);
        await _engine.StartAsync(Stop);
        await UntilAsync(HealthStatus.Healthy);
        await owner.CommitAsync([Sample.Put("a", 1)], Sample.At(1), Stop);
        await owner.DisposeAsync();

        await using var successor = await waiting;

        Assert.Equal(1, successor.Positions["at"]);
    }

    public async ValueTask InitializeAsync() => _database = await StageDatabase.CreateAsync($"{await _engine.ConnectOwnAsync(Stop)}&socketTimeoutMS=2000");

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        await _engine.DisposeAsync();
    }

    private async Task UntilAsync(HealthStatus status)
    {
        var health = new MongoHealthCheck(_database!.Server);
        while ((await health.CheckHealthAsync(new HealthCheckContext(), Stop)).Status != status)
            Stop.ThrowIfCancellationRequested();
    }
}
