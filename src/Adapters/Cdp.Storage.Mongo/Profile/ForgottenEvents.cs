using Cdp.Contracts.Common.V1;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>
/// Events whose content is forgotten by age: a bucket keeps only when they happened and where they lie in the event log, apart
/// from those that it still has.
/// </summary>
internal static class ForgottenEvents
{
    private const string Field = "forgotten";

    // As many events as are forgotten at once.
    private const int BucketsAtOnce = 10;
    private const int EventsInABucket = 1_000;

    /// <summary>What it takes to read them.</summary>
    public static BsonElement Projection { get; } = new(Field, 1);

    /// <summary>Those of a bucket.</summary>
    public static IEnumerable<BsonDocument> Of(BsonDocument bucket) => bucket.GetValue(Field, new BsonArray()).AsBsonArray.Select(e => e.AsBsonDocument);

    public static BsonDocument ToBson(FeedPosition position, long timestamp) => new() { { "p", position.Partition }, { "o", position.Offset }, { "at", timestamp } };

    /// <summary>Forgets some events that happened before a moment: what is to be written, and how many they are.</summary>
    public static async Task<(IReadOnlyList<DocumentWrite> Writes, int Forgotten)> ForgetAsync(
        MongoStage stage, long before, int limit, CancellationToken cancellationToken)
    {
        var buckets = await stage.Collection(MongoProfileSchema.Timeline).Find(new BsonDocument("min", new BsonDocument("$lt", before)))
            .Limit(BucketsAtOnce).ToListAsync(cancellationToken);
        var writes = new List<DocumentWrite>();
        var forgotten = 0;
        foreach (var bucket in buckets)
        {
            var events = bucket["events"].AsBsonArray.Select(e => e.AsBsonDocument).ToList();
            var old = events.Where(e => e["at"].AsInt64 < before).OrderBy(e => e["at"].AsInt64).Take(limit - forgotten).ToHashSet(ReferenceEqualityComparer.Instance);
            if (old.Count == 0)
                break;
            writes.Add(DocumentWrite.Put(MongoProfileSchema.Timeline, bucket["_id"], Without(bucket, events, old)));
            forgotten += old.Count;
        }
        return (writes, forgotten);
    }

    /// <summary>Buckets of a profile's own that have no other events.</summary>
    public static IEnumerable<DocumentWrite> Buckets(string profileId, IEnumerable<BsonDocument> forgotten) => forgotten.Chunk(EventsInABucket).Select(some => DocumentWrite.Put(
        MongoProfileSchema.Timeline,
        $"{profileId}/{Field}/{some[0]["p"]}-{some[0]["o"]}",
        new BsonDocument { { "profile", profileId }, { "events", new BsonArray() }, { Field, new BsonArray(some) } }));

    private static BsonDocument Without(BsonDocument bucket, List<BsonDocument> events, HashSet<object?> old)
    {
        var left = events.Where(e => !old.Contains(e)).ToList();
        var document = new BsonDocument
        {
            { "profile", bucket["profile"] },
            { "k", bucket["k"] },
            { "events", new BsonArray(left) },
            { Field, new BsonArray(Of(bucket).Concat(events.Where(old.Contains).Select(e => ToBson(TimelineMapping.PositionOf(e), e["at"].AsInt64)))) },
        };
        if (left.Count > 0)
            document.AddRange(new BsonDocument { { "min", left.Min(e => e["at"].AsInt64) }, { "max", left.Max(e => e["at"].AsInt64) } });
        return document;
    }
}
