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
internal sealed class ProfileFeed(MongoStage stage, ProfileReader profiles)
{
    private readonly IMongoCollection<BsonDocument> _profiles = stage.Collection(MongoProfileSchema.Profiles);
    private readonly IMongoCollection<BsonDocument> _timeline = stage.Collection(MongoProfileSchema.Timeline);
    private readonly IMongoCollection<BsonDocument> _deleted = stage.Collection(MongoProfileSchema.Deleted);

    /// <summary>Changes with sequences after one, up to another.</summary>
    public async Task<IReadOnlyList<ProfileChange>> ReadAsync(long after, long until, CancellationToken cancellationToken)
    {
        var window = new BsonDocument { { "$gt", after }, { "$lte", until } };
        var deleting = _deleted.Find(new BsonDocument("seq", window)).ToListAsync(cancellationToken);
        var changing = _profiles.Find(new BsonDocument("seq", window)).Project(new BsonDocument("_id", 1)).Sort(new BsonDocument("seq", 1)).ToListAsync(cancellationToken);
        var happening = EventsAsync(window, cancellationToken);
        await Task.WhenAll(deleting, changing, happening);
        var (deleted, changed, events) = (await deleting, await changing, await happening);

        var ids = changed.Select(c => c["_id"].AsString).ToList();
        var owners = await profiles.LoadAsync([.. ids.Union(events.Select(e => e.ProfileId))], cancellationToken);
        var changes = new Dictionary<string, ProfileChange>(StringComparer.Ordinal);
        foreach (var id in ids)
        {
            if (ChangeOf(id) is { } change && change.Profile.Id != id)
                change.MergedFrom.Add(id);
        }
        foreach (var (profileId, timeline) in events)
        {
            if (ChangeOf(profileId) is not { } change)
                continue;
            change.Events.Add(timeline);
            change.ReceivedAt = Math.Max(change.ReceivedAt, timeline.ReceivedAt);
        }
        // Deletions come first: a person whose id is in use again has nothing of what there was before.
        return [.. deleted.Select(d => Deletion(d["_id"].AsString)), .. changes.Values];

        // None where the person was erased meanwhile: that comes later in the feed.
        ProfileChange? ChangeOf(string id)
        {
            if (!owners.TryGetValue(id, out var owner))
                return null;
            if (!changes.TryGetValue(owner.Profile.Document.Id, out var change))
                changes[owner.Profile.Document.Id] = change = new ProfileChange { Sequence = until, Profile = owner.Profile.Document };
            return change;
        }

        ProfileChange Deletion(string id) => new() { Sequence = until, Deleted = true, Profile = new ProfileDocument { Id = id } };
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
        var buckets = _timeline.Aggregate()
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
