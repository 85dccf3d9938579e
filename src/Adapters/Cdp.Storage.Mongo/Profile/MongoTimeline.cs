using System.Runtime.CompilerServices;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>Reads timelines bucket by bucket, so that their length does not matter.</summary>
internal sealed class MongoTimeline(MongoStage stage, ProfileReader profiles)
{
    private const int ProfilesAtOnce = 1_000;
    private const int BucketsAtOnce = 4;

    // All of these are in one index.
    private static readonly BsonDocument Outline = new() { { "_id", 0 }, { "profile", 1 }, { "k", 1 }, { "max", 1 } };
    private readonly IMongoCollection<BsonDocument> _buckets = stage.Collection(MongoProfileSchema.Timeline);

    /// <summary>The newest events of a person before a cursor, newest first.</summary>
    public async Task<IReadOnlyList<TimelineEvent>> ListAsync(string profileId, int limit, PageCursor before, CancellationToken cancellationToken)
    {
        if (await profiles.OwnerAsync(profileId, cancellationToken) is not { } owner)
            return [];
        var newest = new List<TimelineEvent>();
        foreach (var family in (await profiles.FamilyAsync(owner, cancellationToken)).Chunk(ProfilesAtOnce))
        {
            var outlines = _buckets
                .Find(new BsonDocument { { "profile", In(family) }, { "min", new BsonDocument("$lte", before.At) } }, new FindOptions { BatchSize = 100 })
                .Sort(new BsonDocument("max", -1)).Project(Outline).ToAsyncEnumerable();
            await foreach (var next in outlines.Chunk(BucketsAtOnce).WithCancellation(cancellationToken))
            {
                var ids = next.Where(IsWanted).Select(b => TimelineBuckets.Id(b["profile"].AsString, b["k"].AsInt32)).ToList();
                foreach (var bucket in await _buckets.FindInAsync("_id", ids, [], null, cancellationToken))
                    Keep(bucket);
                if (ids.Count < next.Length)
                    break;
            }
        }
        return newest;

        // Later buckets have no later events than this one.
        bool IsWanted(BsonDocument bucket) => newest.Count < limit || bucket["max"].AsInt64 >= newest[^1].Timestamp;

        void Keep(BsonDocument bucket)
        {
            var earlier = bucket.GetValue("events", new BsonArray()).AsBsonArray.Select(e => e.AsBsonDocument)
                .Where(e => before.IsAfter(PageCursor.Of(e["at"].AsInt64, TimelineMapping.PositionOf(e))));
            newest.AddRange(earlier.Select(TimelineMapping.FromBson));
            newest.Sort((left, right) => PageCursor.Of(right.Timestamp, right.Position).CompareTo(PageCursor.Of(left.Timestamp, left.Position)));
            if (newest.Count > limit)
                newest.RemoveRange(limit, newest.Count - limit);
        }
    }

    /// <summary>Where the events of a person lie in the event log, forgotten ones included.</summary>
    public async IAsyncEnumerable<FeedPosition> PositionsAsync(string profileId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await profiles.OwnerAsync(profileId, cancellationToken) is not { } owner)
            yield break;
        var positions = new BsonDocument { { "events.p", 1 }, { "events.o", 1 }, ForgottenEvents.Projection };
        await foreach (var bucket in BucketsAsync(await profiles.FamilyAsync(owner, cancellationToken), positions, cancellationToken))
        {
            foreach (var timeline in bucket["events"].AsBsonArray.Select(e => e.AsBsonDocument).Concat(ForgottenEvents.Of(bucket)))
                yield return TimelineMapping.PositionOf(timeline);
        }
    }

    /// <summary>All buckets that were made for profiles, in no order.</summary>
    public async IAsyncEnumerable<BsonDocument> BucketsAsync(
        IEnumerable<string> profileIds, BsonDocument projection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var some in profileIds.Chunk(ProfilesAtOnce))
        {
            await foreach (var bucket in _buckets.Find(new BsonDocument("profile", In(some))).Project(projection).ToAsyncEnumerable().WithCancellation(cancellationToken))
                yield return bucket;
        }
    }

    private static BsonDocument In(string[] profileIds) => new("$in", new BsonArray(profileIds));
}
