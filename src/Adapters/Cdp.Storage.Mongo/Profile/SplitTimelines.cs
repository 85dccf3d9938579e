using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Store;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>
/// Timelines of a profile that is taken apart. Buckets hold events of several parts, so all of them are written anew: each part
/// gets buckets of its own.
/// </summary>
internal sealed class SplitTimelines
{
    private readonly Dictionary<string, TimelineBuckets> _parts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<BsonDocument>> _forgotten = new(StringComparer.Ordinal);
    private readonly HashSet<string> _former = new(StringComparer.Ordinal);

    /// <summary>Reads the timelines of the profiles that a commit takes apart.</summary>
    public static async Task<SplitTimelines> ReadAsync(ProfileCommit commit, ProfileReader profiles, MongoTimeline timeline, CancellationToken cancellationToken)
    {
        var timelines = new SplitTimelines();
        foreach (var split in commit.Splits)
        {
            if (await profiles.OwnerAsync(split.ProfileId, cancellationToken) is not { } owner)
                continue;
            var events = new List<TimelineEvent>();
            var forgotten = new List<BsonDocument>();
            await foreach (var bucket in timeline.BucketsAsync(await profiles.FamilyAsync(owner, cancellationToken), new BsonDocument { { "events", 1 }, ForgottenEvents.Projection }, cancellationToken))
            {
                timelines._former.Add(bucket["_id"].AsString);
                events.AddRange(bucket["events"].AsBsonArray.Select(e => TimelineMapping.FromBson(e.AsBsonDocument)));
                forgotten.AddRange(ForgottenEvents.Of(bucket));
            }
            timelines.Fill(split, events, forgotten);
        }
        return timelines;
    }

    /// <summary>The buckets of a part; null where the id is none's.</summary>
    public TimelineBuckets? Of(string profileId) => _parts.GetValueOrDefault(profileId);

    /// <summary>Puts the new buckets in the place of the former ones.</summary>
    public IEnumerable<DocumentWrite> Writes()
    {
        var buckets = _parts.Values.SelectMany(part => part.Replacements())
            .Concat(_forgotten.SelectMany(part => ForgottenEvents.Buckets(part.Key, part.Value))).ToList();
        _former.ExceptWith(buckets.Select(b => b.Id.AsString));
        return [.. buckets, .. _former.Select(id => DocumentWrite.Delete(MongoProfileSchema.Timeline, id))];
    }

    private void Fill(ProfileSplit split, List<TimelineEvent> events, List<BsonDocument> forgotten)
    {
        var owners = new Dictionary<(int, long), string>();
        foreach (var part in split.Parts)
        {
            _parts[part.ProfileId] = new TimelineBuckets(part.ProfileId, profile: null);
            _forgotten[part.ProfileId] = [];
            foreach (var position in part.Events)
                owners[position] = part.ProfileId;
        }
        foreach (var timeline in events.OrderBy(e => e.Position.Partition).ThenBy(e => e.Position.Offset))
        {
            if (owners.TryGetValue((timeline.Position.Partition, timeline.Position.Offset), out var owner))
                _parts[owner].Add(timeline, split.Sequence);
        }
        foreach (var timeline in forgotten)
        {
            if (owners.TryGetValue((timeline["p"].AsInt32, timeline["o"].AsInt64), out var owner))
                _forgotten[owner].Add(timeline);
        }
    }
}
