using Cdp.Activation.Activations;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Activation;

/// <summary>
/// Cancels the pending deliveries of what was deleted. There may be any number of them: the deletion stores what is to be
/// cancelled, then it is done some at a time, and after a crash it goes on at the next start.
/// </summary>
public sealed class Cancellations(MongoStage stage)
{
    private const int DeliveriesPerCommit = 1_000;
    private readonly IMongoCollection<BsonDocument> _cancellations = stage.Collection(MongoActivationSchema.Cancellations);
    private readonly IMongoCollection<BsonDocument> _deliveries = stage.Collection(MongoActivationSchema.Deliveries);

    internal static DocumentWrite OfDestination(string id, string reason) => Put(id, id, new BsonDocument(), reason);

    internal static DocumentWrite OfActivation(StoredActivation activation, string reason) =>
        Put(activation.Id, activation.DestinationId, new BsonDocument("activation", activation.Id), reason);

    /// <summary>Cancels all that is to be cancelled.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        // Where the last commit ended: what comes before belongs to other activations.
        var (id, lane) = (BsonNull.Value as BsonValue, "");
        while (id is not null)
        {
            await stage.CommitAsync(
                async (positions, stop) =>
                {
                    var next = await _cancellations.Find(new BsonDocument("reason", new BsonDocument("$exists", true))).Sort(new BsonDocument("_id", 1)).FirstOrDefaultAsync(stop);
                    if (next?["_id"] != id)
                        (id, lane) = (next?["_id"], "");
                    if (next is null)
                        return null;
                    (var commit, lane) = await SomeAsync(next, lane, positions, stop);
                    return commit;
                },
                cancellationToken);
        }
    }

    private static DocumentWrite Put(string id, string destinationId, BsonDocument only, string reason) => DocumentWrite.Put(
        MongoActivationSchema.Cancellations, id, new BsonDocument { { "destination", destinationId }, { "only", only }, { "reason", reason } });

    private async Task<(StageCommit Commit, string Lane)> SomeAsync(BsonDocument cancellation, string from, BsonDocument positions, CancellationToken cancellationToken)
    {
        var (first, end) = Lanes.RangeOf(cancellation["destination"].AsString);
        var range = new BsonDocument { { "$gte", from.Length > 0 ? from : first }, { "$lt", end }, { "$exists", true } };
        var pending = await _deliveries.Find(new BsonDocument(cancellation["only"].AsBsonDocument) { { "lane", range } })
            .Sort(new BsonDocument { { "lane", 1 }, { "number", 1 } }).Limit(DeliveriesPerCommit).ToListAsync(cancellationToken);
        var rows = new DeliveryRows(_deliveries);
        var cancelled = pending.ConvertAll(rows.Add);
        cancelled.ForEach(row => row.Cancel(cancellation["reason"].AsString));
        // Deliveries of other activations may have waited behind them.
        await Lanes.SettleAsync(rows, cancelled.Select(row => row.Lane).ToHashSet(StringComparer.Ordinal), cancellationToken);
        var commit = rows.ToCommit(positions);
        return cancelled.Count == DeliveriesPerCommit
            ? (commit, cancelled[^1].Lane)
            : (commit with { Writes = [.. commit.Writes, DocumentWrite.Delete(MongoActivationSchema.Cancellations, cancellation["_id"])] }, "");
    }
}
