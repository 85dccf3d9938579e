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
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IMongoCollection<BsonDocument> _heads;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _beating;

    private Lease(IMongoCollection<BsonDocument> heads, string stage, long fence, TimeProvider time)
    {
        _heads = heads;
        Stage = stage;
        Fence = fence;
        _beating = BeatAsync(time);
    }

    public string Stage { get; }

    public long Fence { get; }

    /// <summary>Cancelled once another process owns the stage.</summary>
    public CancellationToken Lost => _lost.Token;

    private BsonDocument Mine => new() { { "_id", Stage }, { "fence", Fence } };

    public static async Task<(Lease Lease, Head Head)> AcquireAsync(
        IMongoDatabase database, string stage, string address, TimeProvider time, CancellationToken cancellationToken)
    {
        var heads = Heads(database);
        var watched = (Fence: -1L, Beat: -1L);
        var since = time.GetTimestamp();
        while (true)
        {
            var head = await ReadAsync(heads, stage, cancellationToken);
            if (head is null)
            {
                if (await TryCreateAsync(heads, Head.First(stage, address), cancellationToken))
                    return await AcquiredAsync(1);
                continue;
            }
            if ((head.Fence, head.Beat) != watched)
            {
                watched = (head.Fence, head.Beat);
                since = time.GetTimestamp();
            }
            // The owner at this process's own address is a former process of this replica.
            if (head.Owner.Length == 0 || head.Owner == address || time.GetElapsedTime(since) >= Patience)
            {
                var taken = await heads.UpdateOneAsync(
                    new BsonDocument { { "_id", stage }, { "fence", head.Fence }, { "beat", head.Beat } },
                    new BsonDocument("$set", new BsonDocument { { "fence", head.Fence + 1 }, { "owner", address }, { "beat", 0L } }),
                    cancellationToken: cancellationToken);
                if (taken.ModifiedCount == 1)
                    return await AcquiredAsync(head.Fence + 1);
                continue;
            }
            await Task.Delay(Beat, time, cancellationToken);
        }

        // Read after the fence is raised: a commit of the former owner may have come in before that.
        async Task<(Lease, Head)> AcquiredAsync(long fence) =>
            (new Lease(heads, stage, fence, time), await ReadAsync(heads, stage, cancellationToken) ?? throw new OwnershipLostException(stage));
    }

    /// <summary>Address of a stage's owner; empty where there is none.</summary>
    public static async Task<string> OwnerAsync(IMongoDatabase database, string stage, CancellationToken cancellationToken) =>
        (await ReadAsync(Heads(database), stage, cancellationToken))?.Owner ?? "";

    /// <summary>Makes a commit happen. Called again after a lost answer, it finds that it did.</summary>
    public async Task CommitAsync(long round, BsonArray writes, int chunks, BsonDocument positions, CancellationToken cancellationToken)
    {
        var result = await _heads.UpdateOneAsync(
            new BsonDocument(Mine) { ["round"] = round - 1 },
            new BsonDocument("$set", new BsonDocument { { "round", round }, { "commit_fence", Fence }, { "writes", writes }, { "chunks", chunks }, { "positions", positions } }),
            cancellationToken: cancellationToken);
        if (result.ModifiedCount == 1)
            return;
        var head = await ReadAsync(_heads, Stage, cancellationToken);
        if (head?.Fence != Fence)
        {
            await _lost.CancelAsync();
            throw new OwnershipLostException(Stage);
        }
        if (head.Round != round || head.CommitFence != Fence)
            throw new InvalidOperationException($"{MongoServer.Setting}: {Stage} is at round {head.Round}, not {round - 1}: its head was changed by hand, or the database was restored under a running service.");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _beating;
        if (!_lost.IsCancellationRequested)
            await ReleaseAsync();
        _ending.Dispose();
        _lost.Dispose();
    }

    private static IMongoCollection<BsonDocument> Heads(IMongoDatabase database) => database.GetCollection<BsonDocument>("heads");

    private static async Task<Head?> ReadAsync(IMongoCollection<BsonDocument> heads, string stage, CancellationToken cancellationToken) =>
        await heads.Find(new BsonDocument("_id", stage)).FirstOrDefaultAsync(cancellationToken) is { } document ? Head.From(document) : null;

    private static async Task<bool> TryCreateAsync(IMongoCollection<BsonDocument> heads, BsonDocument head, CancellationToken cancellationToken)
    {
        try
        {
            await heads.InsertOneAsync(head, cancellationToken: cancellationToken);
            return true;
        }
        catch (MongoWriteException exception) when (exception.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            return false;
        }
    }

    private async Task BeatAsync(TimeProvider time)
    {
        await Task.Yield();
        try
        {
            while (!_lost.IsCancellationRequested)
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
        catch (Exception exception) when (MongoServer.IsPassing(exception))
        {
            // The next beat comes soon; where the server stays away, nobody else can take over either.
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            await _heads.UpdateOneAsync(Mine, new BsonDocument("$set", new BsonDocument("owner", "")));
        }
        catch (Exception exception) when (MongoServer.IsPassing(exception))
        {
            // A successor waits until the beat has stood still for long enough.
        }
    }
}
