using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Activation;

/// <summary>The deliveries that one commit reads and changes: one row for each, however often it is found.</summary>
internal sealed class DeliveryRows(IMongoCollection<BsonDocument> deliveries)
{
    private const string Pending = "pending";
    private const int ValuesPerQuery = 10_000;
    private const int RowsPerPass = 1_000;
    private readonly Dictionary<string, DeliveryRow> _rows = new(StringComparer.Ordinal);

    public IEnumerable<DeliveryRow> All => _rows.Values;

    /// <summary>Pending deliveries of each destination.</summary>
    public static BsonDocument PendingOf(BsonDocument positions) => positions.GetValue(Pending, new BsonDocument()).AsBsonDocument;

    public DeliveryRow? Find(string id) => _rows.GetValueOrDefault(id) is { IsDeleted: false } row ? row : null;

    /// <summary>Adds a new delivery, or one that was deleted by this commit and comes again.</summary>
    public void Add(DeliveryRow row)
    {
        if (_rows.TryGetValue(row.Id, out var former))
            row.Replace(former);
        _rows[row.Id] = row;
    }

    /// <summary>The row of a stored delivery.</summary>
    public DeliveryRow Add(BsonDocument document)
    {
        if (!_rows.TryGetValue(document["_id"].AsString, out var row))
            _rows[document["_id"].AsString] = row = new DeliveryRow(document, isStored: true);
        return row;
    }

    /// <summary>Loads deliveries by the values of a field.</summary>
    public async Task LoadAsync(string field, IEnumerable<string> values, CancellationToken cancellationToken)
    {
        foreach (var some in values.Chunk(ValuesPerQuery))
        {
            // What is left of deleted ones has no number.
            var filter = new BsonDocument
            {
                { field, new BsonDocument { { "$in", new BsonArray(some) }, { "$exists", true } } },
                { "number", new BsonDocument("$exists", true) },
            };
            await deliveries.Find(filter).ForEachAsync(document => Add(document), cancellationToken);
        }
    }

    /// <summary>Loads of each lane the earliest pending delivery that is not here yet.</summary>
    public async Task LoadNextAsync(HashSet<string> lanes, CancellationToken cancellationToken)
    {
        while (lanes.Count > 0 && !await PassAsync(lanes, cancellationToken))
        {
            // Many wait in a lane that is done: asked again without it.
        }
    }

    /// <summary>What is to be stored.</summary>
    public StageCommit ToCommit(BsonDocument positions)
    {
        var pending = new BsonDocument(PendingOf(positions));
        foreach (var destination in _rows.Values.GroupBy(row => row.DestinationId))
        {
            var count = pending.GetValue(destination.Key, 0L).AsInt64 + destination.Sum(row => (row.IsPending ? 1L : 0) - (row.WasPending ? 1 : 0));
            if (count > 0)
                pending[destination.Key] = count;
            else
                pending.Remove(destination.Key);
        }
        return new StageCommit([.. _rows.Values.Select(row => row.Write).OfType<DocumentWrite>()], new BsonDocument(Pending, pending));
    }

    private async Task<bool> PassAsync(HashSet<string> lanes, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument("lane", new BsonDocument { { "$in", new BsonArray(lanes) }, { "$exists", true } });
        using var cursor = await deliveries.Find(filter, new FindOptions { BatchSize = RowsPerPass })
            .Sort(new BsonDocument { { "lane", 1 }, { "number", 1 } }).ToCursorAsync(cancellationToken);
        for (var passed = 0; passed < RowsPerPass || lanes.Count == 0;)
        {
            if (!await cursor.MoveNextAsync(cancellationToken))
                return true;
            foreach (var document in cursor.Current)
            {
                var lane = document["lane"].AsString;
                if (!lanes.Contains(lane))
                    passed++;
                else if (!_rows.ContainsKey(document["_id"].AsString))
                {
                    Add(document);
                    lanes.Remove(lane);
                }
            }
        }
        return false;
    }
}
