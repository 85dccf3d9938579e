using Cdp.Contracts.Profile.V1;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>
/// The feed of changed profiles from what is stored: profiles by the sequence of their latest change, absorbed ones by that of
/// their merge, events by that under which they were first published. Read up to what is carried out; what is changed while it
/// is read comes again later, and is given here as it is by then.
/// </summary>
internal sealed class ProfileFeed(MongoStage stage, ProfileReader profiles, MongoTimeline timeline)
{
    private readonly IMongoCollection<BsonDocument> _profiles = stage.Collection(MongoProfileSchema.Profiles);
    private readonly IMongoCollection<BsonDocument> _buckets = stage.Collection(MongoProfileSchema.Timeline);
    private readonly IMongoCollection<BsonDocument> _deleted = stage.Collection(MongoProfileSchema.Deleted);
    private readonly IMongoCollection<BsonDocument> _rebuilt = stage.Collection(MongoProfileSchema.Rebuilt);

    /// <summary>Changes with sequences after one, up to another.</summary>
    public async Task<IReadOnlyList<ProfileChange>> ReadAsync(long after, long until, CancellationToken cancellationToken)
    {
        var window = new BsonDocument { { "$gt", after }, { "$lte", until } };
        var deleting = _deleted.Find(new BsonDocument("seq", window)).ToListAsync(cancellationToken);
        var rebuilding = _rebuilt.Find(new BsonDocument("seq", window)).ToListAsync(cancellationToken);
        var changing = _profiles.Find(new BsonDocument("seq", window)).Project(new BsonDocument("_id", 1)).Sort(new BsonDocument("seq", 1)).ToListAsync(cancellationToken);
        var happening = EventsAsync(window, cancellationToken);
        await Task.WhenAll(deleting, rebuilding, changing, happening);
        var (deleted, changed, events) = (await deleting, await changing, await happening);

        var ids = changed.Select(c => c["_id"].AsString).ToList();
        var rebuilt = (await rebuilding).ConvertAll(r => r["_id"].AsString);
        var owners = await profiles.LoadAsync([.. ids.Union(events.Select(e => e.ProfileId)).Union(rebuilt)], cancellationToken);
        var whole = await WholeAsync([.. rebuilt.Where(owners.ContainsKey).Select(id => owners[id].Profile).DistinctBy(p => p.Document.Id)], until, cancellationToken);
        var changes = new Dictionary<string, ProfileChange>(StringComparer.Ordinal);
        foreach (var id in ids.Where(id => !whole.ContainsKey(id)))
        {
            if (ChangeOf(id) is { } change && change.Profile.Id != id)
                change.MergedFrom.Add(id);
        }
        foreach (var (profileId, timeline) in events.Where(e => !whole.ContainsKey(e.ProfileId)))
        {
            if (ChangeOf(profileId) is { } change)
                Add(change, timeline);
        }
        // Deletions come first: a person whose id is in use again has nothing of what there was before.
        return
        [
            .. deleted.Select(d => Deletion(d["_id"].AsString)),
            .. rebuilt.Where(id => !owners.ContainsKey(id)).Select(id => Deletion(id, isRebuilt: true)),
            .. changes.Values,
            .. whole.Values.Distinct(),
        ];

        // None where the person was erased meanwhile: that comes later in the feed.
        ProfileChange? ChangeOf(string id)
        {
            if (!owners.TryGetValue(id, out var owner))
                return null;
            if (whole.TryGetValue(owner.Profile.Document.Id, out var all))
                return all;
            if (!changes.TryGetValue(owner.Profile.Document.Id, out var change))
                changes[owner.Profile.Document.Id] = change = new ProfileChange { Sequence = until, Profile = owner.Profile.Document };
            return change;
        }

        ProfileChange Deletion(string id, bool isRebuilt = false) =>
            new() { Sequence = until, Deleted = true, Rebuilt = isRebuilt, Profile = new ProfileDocument { Id = id } };
    }

    private static void Add(ProfileChange change, TimelineEvent timeline)
    {
        change.Events.Add(timeline);
        change.ReceivedAt = Math.Max(change.ReceivedAt, timeline.ReceivedAt);
    }

    // All that there is of profiles, which whoever reads has to take in the place of what was read before: an event may have been
    // given under such an id by an earlier read, because the profile was to absorb the event's. By each of their ids.
    private async Task<Dictionary<string, ProfileChange>> WholeAsync(IReadOnlyCollection<StoredProfile> rebuilt, long until, CancellationToken cancellationToken)
    {
        var changes = rebuilt.ToDictionary(p => p.Document.Id, p => new ProfileChange { Sequence = until, Profile = p.Document, Rebuilt = true }, StringComparer.Ordinal);
        var families = await profiles.FamiliesAsync([.. changes.Keys], long.MaxValue, cancellationToken);
        foreach (var (id, owner) in families.Where(f => f.Key != f.Value))
            changes[owner].MergedFrom.Add(id);
        await foreach (var bucket in timeline.BucketsAsync(families.Keys, new BsonDocument { { "profile", 1 }, { "events", 1 } }, cancellationToken))
        {
            foreach (var stored in bucket["events"].AsBsonArray.Where(e => e["seq"].AsInt64 <= until))
                Add(changes[families[bucket["profile"].AsString]], TimelineMapping.FromBson(stored.AsBsonDocument));
        }
        return families.ToDictionary(f => f.Key, f => changes[f.Value], StringComparer.Ordinal);
    }

    // With the profile that each was stored with.
    private async Task<List<(string ProfileId, TimelineEvent Event)>> EventsAsync(BsonDocument window, CancellationToken cancellationToken)
    {
        var isWithin = new BsonDocument("$and", new BsonArray
        {
            new BsonDocument("$gt", new BsonArray { "$$event.seq", window["$gt"] }),
            new BsonDocument("$lte", new BsonArray { "$$event.seq", window["$lte"] }),
        });
        var events = new List<(string ProfileId, int Bucket, long Sequence, TimelineEvent Event)>();
        var buckets = _buckets.Aggregate()
            .Match(new BsonDocument("events", new BsonDocument("$elemMatch", new BsonDocument("seq", window))))
            .Project<BsonDocument>(new BsonDocument
            {
                { "profile", 1 }, { "k", 1 },
                { "events", new BsonDocument("$filter", new BsonDocument { { "input", "$events" }, { "as", "event" }, { "cond", isWithin } }) },
            });
        await foreach (var bucket in buckets.ToAsyncEnumerable().WithCancellation(cancellationToken))
            events.AddRange(bucket["events"].AsBsonArray.Select(e => e.AsBsonDocument).Select(e => (bucket["profile"].AsString, bucket["k"].AsInt32, e["seq"].AsInt64, TimelineMapping.FromBson(e))));
        return [.. events.OrderBy(e => e.Sequence).ThenBy(e => e.Bucket).Select(e => (e.ProfileId, e.Event))];
    }
}
