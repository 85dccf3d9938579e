using Cdp.Engines;
using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Tests.Commits;

public sealed class LeaseTests(MongoEngine engine) : IAsyncLifetime
{
    private readonly FakeTimeProvider _ownersTime = new();
    private readonly FakeTimeProvider _time = new();
    private StageDatabase? _database;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Acquire_OwnersBeatStandsStill_TakesOverOnlyAfterTenSeconds()
    {
        var (former, _) = await _database!.LeaseAsync(_ownersTime);
        var began = _time.GetTimestamp();

        var (successor, _) = await PassAsync(AcquireAsync());

        await using (successor)
        {
            Assert.Equal(former.Fence + 1, successor.Fence);
            Assert.True(_time.GetElapsedTime(began) >= TimeSpan.FromSeconds(10));
            await Assert.ThrowsAsync<OwnershipLostException>(() => former.CommitAsync(1, [], 0, [], Stop));
        }
    }

    [Fact]
    public async Task Acquire_OwnerBeats_WaitsHoweverLong()
    {
        var (former, _) = await _database!.LeaseAsync(_ownersTime);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var waiting = AcquireAsync(enough.Token);

        for (var second = 0; second < 60; second += 2)
        {
            var beat = await BeatAsync();
            // Again where it was still about to wait.
            while (await BeatAsync() == beat)
                _ownersTime.Advance(Lease.Beat);
            _time.Advance(Lease.Beat);
        }

        Assert.False(waiting.IsCompleted);
        await former.RequireAsync(Stop);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Dispose_Owner_LetsTheNextHaveItAtOnce()
    {
        var (former, _) = await _database!.LeaseAsync(_ownersTime);
        await former.DisposeAsync();

        // No time passes.
        var (successor, _) = await AcquireAsync();

        await using (successor)
            Assert.Equal(former.Fence + 1, successor.Fence);
        Assert.Equal("", await Lease.OwnerAsync(_database.Server.Database, Sample.Schema.Stage, Stop));
    }

    [Fact]
    public async Task Acquire_ManyAtOnce_OneGetsIt()
    {
        var (former, _) = await _database!.LeaseAsync(_ownersTime);
        await former.DisposeAsync();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var contenders = Enumerable.Range(0, 8).Select(contender => Task.Run(() => AcquireAsync(enough.Token, contender))).ToList();

        var first = await Task.WhenAny(contenders);
        contenders.Remove(first);
        await using (var winner = (await first).Lease)
        {
            Assert.Equal(2, winner.Fence);
            await winner.RequireAsync(Stop);
            Assert.DoesNotContain(contenders, contender => contender.IsCompleted);
        }
        var second = await PassAsync(Task.WhenAny(contenders));
        contenders.Remove(second);
        await using (var winner = (await second).Lease)
            Assert.Equal(3, winner.Fence);
        await enough.CancelAsync();
        Assert.All(await Task.WhenAll(contenders.Select(contender => contender.ContinueWith(t => t.Status, TaskScheduler.Default))), status => Assert.Equal(TaskStatus.Canceled, status));
    }

    [Fact]
    public async Task Lost_TakenOver_IsCancelledAtTheNextBeat()
    {
        var (former, _) = await _database!.LeaseAsync(_ownersTime);
        var lost = new TaskCompletionSource();
        await using var told = former.Lost.Register(lost.SetResult);
        await _database.LeaseAsync(_ownersTime);
        Assert.False(former.Lost.IsCancellationRequested);

        await PassAsync(lost.Task, _ownersTime);

        Assert.True(former.Lost.IsCancellationRequested);
    }

    public async ValueTask InitializeAsync() => _database = await StageDatabase.CreateAsync(engine);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    private Task<(Lease Lease, Head Head)> AcquireAsync(CancellationToken? cancellationToken = null, int contender = 0) =>
        Lease.AcquireAsync(_database!.Server.Database, Sample.Schema.Stage, $"http://127.0.0.1:{3 + contender}", _time, cancellationToken ?? Stop);

    private async Task<long> BeatAsync() => (await _database!.Heads.Find(new BsonDocument()).SingleAsync(Stop))["beat"].AsInt64;

    private Task<T> PassAsync<T>(Task<T> task) => PassAsync(task, _time).ContinueWith(_ => task, TaskScheduler.Default).Unwrap();

    /// <summary>Lets time pass second by second until it has happened.</summary>
    private async Task PassAsync(Task task, FakeTimeProvider time)
    {
        while (!task.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            // A round trip to the server: about what those who wait do between two waits.
            await BeatAsync();
        }
    }
}
