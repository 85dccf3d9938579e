using Cdp.Storage.Mongo.Server;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Commits;

/// <summary>
/// Waits for a stage and takes it: at once where nobody has it, or else when the owner's beat has stood still for long enough
/// by this process's own clock. While the server is away nobody can beat, so that time does not count.
/// </summary>
internal sealed class LeaseClaim(IMongoDatabase database, string stage, string address, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly IMongoCollection<BsonDocument> _heads = database.GetCollection<BsonDocument>(Head.Collection);
    private (long Fence, long Beat) _watched = (-1, -1);
    private long _since;

    /// <summary>Returns the head as it is with this process's fence in it.</summary>
    public async Task<Head> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await TryAsync(cancellationToken) is { } head)
                    return head;
            }
            catch (Exception exception) when (MongoServer.IsPassing(exception))
            {
                _watched = (-1, -1);
            }
            await Task.Delay(Lease.Beat, time, cancellationToken);
        }
    }

    private async Task<Head?> TryAsync(CancellationToken cancellationToken)
    {
        var seen = await _heads.Find(Head.Of(stage)).Project<BsonDocument>(Head.Ownership).FirstOrDefaultAsync(cancellationToken);
        if (seen is null)
            return await TryCreateAsync(cancellationToken);
        var (fence, beat) = (seen["fence"].AsInt64, seen["beat"].AsInt64);
        if ((fence, beat) != _watched)
        {
            _watched = (fence, beat);
            _since = time.GetTimestamp();
        }
        // The owner at this process's own address is a former process of this replica.
        var owner = seen["owner"].AsString;
        if (owner.Length > 0 && owner != address && time.GetElapsedTime(_since) < Patience)
            return null;
        // One step: what the former owner commits before it is in the answer, what it tries to commit after it is refused.
        var taken = await _heads.FindOneAndUpdateAsync(
            new BsonDocument(Head.Of(stage)) { { "fence", fence }, { "beat", beat } },
            new BsonDocument("$set", new BsonDocument { { "fence", fence + 1 }, { "owner", address }, { "beat", 0L } }),
            new FindOneAndUpdateOptions<BsonDocument> { ReturnDocument = ReturnDocument.After },
            cancellationToken);
        return taken is null ? null : Head.From(taken);
    }

    private async Task<Head?> TryCreateAsync(CancellationToken cancellationToken)
    {
        var first = Head.First(stage, address);
        try
        {
            await _heads.InsertOneAsync(first, cancellationToken: cancellationToken);
            return Head.From(first);
        }
        catch (MongoWriteException exception) when (exception.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            return null;
        }
    }
}
