using Cdp.Storage.Mongo.Server;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Commits;

/// <summary>
/// This process's ownership of a stage: it raises the head's beat while it lives. Who wants the stage watches the beat by its
/// own clock and takes over where it stands still, so that clocks need not agree; the fence, not the time, keeps a former
/// owner from writing.
/// </summary>
internal sealed class Lease : IAsyncDisposable
{
    /// <summary>How often the beat is raised.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    private readonly IMongoCollection<BsonDocument> _heads;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _beating;
    private bool _isDisposed;

    private Lease(IMongoCollection<BsonDocument> heads, string stage, long fence, TimeProvider time)
    {
        _heads = heads;
        Stage = stage;
        Fence = fence;
        Lost = _lost.Token;
        _beating = BeatAsync(time);
    }

    public string Stage { get; }

    public long Fence { get; }

    /// <summary>Cancelled once another process owns the stage.</summary>
    public CancellationToken Lost { get; }

    private BsonDocument Mine => new(Head.Of(Stage)) { { "fence", Fence } };

    public static async Task<(Lease Lease, Head Head)> AcquireAsync(
        IMongoDatabase database, string stage, string address, TimeProvider time, CancellationToken cancellationToken)
    {
        var head = await new LeaseClaim(database, stage, address, time).TakeAsync(cancellationToken);
        return (new Lease(database.GetCollection<BsonDocument>(Head.Collection), stage, head.Fence, time), head);
    }

    /// <summary>Address of a stage's owner; empty where there is none.</summary>
    public static async Task<string> OwnerAsync(IMongoDatabase database, string stage, CancellationToken cancellationToken)
    {
        var heads = database.GetCollection<BsonDocument>(Head.Collection);
        var head = await heads.Find(Head.Of(stage)).Project<BsonDocument>(Head.Ownership).FirstOrDefaultAsync(cancellationToken);
        return head is null ? "" : head["owner"].AsString;
    }

    /// <summary>Makes a commit happen. Called again after a lost answer, it finds that it did.</summary>
    public async Task CommitAsync(long round, BsonArray writes, int chunks, BsonDocument positions, CancellationToken cancellationToken)
    {
        var result = await _heads.UpdateOneAsync(
            new BsonDocument(Mine) { ["round"] = round - 1 },
            new BsonDocument("$set", new BsonDocument { { "round", round }, { "commit_fence", Fence }, { "writes", writes }, { "chunks", chunks }, { "positions", positions } }),
            cancellationToken: cancellationToken);
        if (result.ModifiedCount == 1)
            return;
        var head = await RequireAsync(cancellationToken);
        var (stored, by) = (head["round"].AsInt64, head["commit_fence"].AsInt64);
        if (stored == round - 1)
            throw new TimeoutException("The commit that was not answered is not seen by a majority yet.");
        if (stored != round || by != Fence)
            throw new InvalidOperationException($"{MongoServer.Setting}: {Stage} is at round {stored}, not {round - 1}: its head was changed by hand, or the database was restored under a running service.");
    }

    /// <summary>Makes sure that no other process has taken the stage, as far as a majority knows.</summary>
    public async Task<BsonDocument> RequireAsync(CancellationToken cancellationToken)
    {
        var head = await _heads.Find(Mine).Project<BsonDocument>(Head.Ownership).FirstOrDefaultAsync(cancellationToken);
        if (head is not null)
            return head;
        await _lost.CancelAsync();
        throw new OwnershipLostException(Stage);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        await _ending.CancelAsync();
        await _beating;
        if (!Lost.IsCancellationRequested)
            await ReleaseAsync();
        _ending.Dispose();
        _lost.Dispose();
    }

    private async Task BeatAsync(TimeProvider time)
    {
        await Task.Yield();
        try
        {
            while (!Lost.IsCancellationRequested)
            {
                await Task.Delay(Beat, time, _ending.Token);
                await BeatOnceAsync();
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // The stage is given up.
        }
    }

    private async Task BeatOnceAsync()
    {
        try
        {
            var result = await _heads.UpdateOneAsync(Mine, new BsonDocument("$inc", new BsonDocument("beat", 1L)), cancellationToken: _ending.Token);
            if (result.MatchedCount == 0)
                await _lost.CancelAsync();
        }
        catch (Exception exception) when (exception is MongoException or TimeoutException)
        {
            // The next beat comes soon; where the server takes none, it gives the stage to nobody else either.
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            await _heads.UpdateOneAsync(Mine, new BsonDocument("$set", new BsonDocument("owner", "")));
        }
        catch (Exception exception) when (exception is MongoException or TimeoutException)
        {
            // A successor waits until the beat has stood still for long enough.
        }
    }
}
