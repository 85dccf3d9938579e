using Cdp.Contracts.Activation.V1;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Activation;

/// <summary>Finds deliveries that nothing needs any more.</summary>
internal sealed class EndedDeliveries(IMongoCollection<BsonDocument> deliveries, IMongoCollection<BsonDocument> activations)
{
    /// <summary>Some of those made before a moment.</summary>
    public async Task<List<BsonDocument>> FindAsync(long before, int limit, CancellationToken cancellationToken)
    {
        var ended = await EndedAsync(new BsonDocument("told", BsonNull.Value), before, limit, cancellationToken);
        return ended.Count > 0 ? ended : await FindToldAsync(before, limit, cancellationToken);
    }

    // What a deleted activation has told of, it is never asked again. Ids of activations are stepped through in the index,
    // because each may have very many deliveries.
    private async Task<List<BsonDocument>> FindToldAsync(long before, int limit, CancellationToken cancellationToken)
    {
        var stored = await activations.Find(new BsonDocument("id", new BsonDocument("$exists", true))).Project(new BsonDocument("id", 1)).ToListAsync(cancellationToken);
        var live = stored.Select(activation => activation["id"].AsString).ToHashSet(StringComparer.Ordinal);
        var next = "";
        while (await ToldByAsync(next, cancellationToken) is { } activation)
        {
            var (first, end) = DeliveryRow.ToldRangeOf(activation);
            next = end;
            if (live.Contains(activation))
                continue;
            var told = new BsonDocument("told", new BsonDocument { { "$gte", first }, { "$lt", end } });
            if (await EndedAsync(told, before, limit, cancellationToken) is { Count: > 0 } found)
                return found;
        }
        return [];
    }

    private async Task<string?> ToldByAsync(string from, CancellationToken cancellationToken) =>
        (await deliveries.Find(new BsonDocument("told", new BsonDocument { { "$gte", from }, { "$exists", true } }))
            .Sort(new BsonDocument("told", 1)).Limit(1).FirstOrDefaultAsync(cancellationToken))?["activation"].AsString;

    private Task<List<BsonDocument>> EndedAsync(BsonDocument told, long before, int limit, CancellationToken cancellationToken) => deliveries
        .Find(new BsonDocument(told)
        {
            { "created_at", new BsonDocument("$lt", before) },
            { "state", new BsonDocument("$ne", (int)DeliveryState.Pending) },
        })
        .Limit(limit).ToListAsync(cancellationToken);
}
