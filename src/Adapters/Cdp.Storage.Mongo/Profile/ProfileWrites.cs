using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Store;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>What a round comes to in documents: one write for each profile, and one for each bucket that gets events.</summary>
/// <param name="commit">The round.</param>
/// <param name="stored">What is stored under the ids that it names, by id.</param>
/// <param name="split">The timelines of profiles that it takes apart.</param>
internal sealed class ProfileWrites(ProfileCommit commit, IReadOnlyDictionary<string, BsonDocument> stored, SplitTimelines split)
{
    private readonly Dictionary<string, string> _survivors = commit.Absorbed.ToDictionary(a => a.AbsorbedId, a => a.SurvivorId, StringComparer.Ordinal);
    private readonly List<DocumentWrite> _writes = [];

    /// <summary>By how many the number of live profiles grows.</summary>
    public long Grown { get; private set; }

    /// <summary>Ids that a round names.</summary>
    public static HashSet<string> IdsOf(ProfileCommit commit) =>
    [
        .. commit.Profiles.Select(p => p.Profile.Document.Id), .. commit.Absorbed.SelectMany(a => new[] { a.AbsorbedId, a.SurvivorId }), .. commit.Events.Select(e => e.ProfileId),
        .. commit.Splits.SelectMany(s => s.Gone),
    ];

    public IReadOnlyList<DocumentWrite> Make()
    {
        var timelines = Timelines();
        foreach (var (profile, sequence) in commit.Profiles.Where(p => !_survivors.ContainsKey(p.Profile.Document.Id)))
        {
            timelines.Remove(profile.Document.Id, out var timeline);
            Put(profile, sequence, timeline);
        }
        foreach (var (id, timeline) in timelines)
        {
            if (!ProfileReader.IsLive(stored.GetValueOrDefault(id)))
                throw new InvalidOperationException($"Profile {id} gets events, and is not stored.");
            _writes.AddRange(timeline.Writes());
            _writes.Add(DocumentWrite.Change(MongoProfileSchema.Profiles, id, new BsonDocument("$set", new BsonDocument("timeline", timeline.State))));
        }
        foreach (var (absorbed, survivor, sequence) in commit.Absorbed)
            Absorb(absorbed, survivor, sequence);
        foreach (var taken in commit.Splits)
            TakeApart(taken);
        _writes.AddRange(split.Writes());
        _writes.AddRange(commit.DeadLetters.Select(letter => DocumentWrite.Put(MongoProfileSchema.DeadLetters, MongoDeadLetters.Id(letter.Position), MongoDeadLetters.ToBson(letter))));
        _writes.AddRange(commit.ReplayedDeadLetters.Select(position => DocumentWrite.Delete(MongoProfileSchema.DeadLetters, MongoDeadLetters.Id(position))));
        return _writes;
    }

    private Dictionary<string, TimelineBuckets> Timelines()
    {
        var timelines = new Dictionary<string, TimelineBuckets>(StringComparer.Ordinal);
        foreach (var (profileId, timeline, sequence) in commit.Events)
        {
            var id = profileId;
            while (_survivors.TryGetValue(id, out var survivor))
                id = survivor;
            if (!timelines.TryGetValue(id, out var buckets))
                timelines[id] = buckets = new TimelineBuckets(id, stored.GetValueOrDefault(id));
            buckets.Add(timeline, sequence);
        }
        return timelines;
    }

    private void Put(StoredProfile profile, long sequence, TimelineBuckets? timeline)
    {
        var id = profile.Document.Id;
        var former = stored.GetValueOrDefault(id);
        var (document, parts) = ProfileParts.Split(profile);
        document["seq"] = sequence;
        document["timeline"] = (timeline ?? split.Of(id) ?? new TimelineBuckets(id, former)).State;
        if (parts.Count > 0)
            document["parts"] = parts.Count;
        _writes.AddRange(timeline?.Writes() ?? []);
        _writes.AddRange(parts.Select((part, i) => DocumentWrite.Put(MongoProfileSchema.Parts, ProfileParts.Id(id, i + 1), part.Add("seq", sequence))));
        DropParts(id, former, from: parts.Count + 1);
        _writes.Add(DocumentWrite.Put(MongoProfileSchema.Profiles, id, document));
        Grown += ProfileReader.IsLive(former) ? 0 : 1;
    }

    private void Absorb(string id, string survivor, long sequence)
    {
        var former = stored.GetValueOrDefault(id);
        DropParts(id, former, from: 1);
        _writes.Add(DocumentWrite.Put(MongoProfileSchema.Profiles, id, new BsonDocument { { "into", survivor }, { "seq", sequence } }));
        Grown -= ProfileReader.IsLive(former) ? 1 : 0;
    }

    private void TakeApart(ProfileSplit taken)
    {
        foreach (var part in taken.Parts)
        {
            _writes.Add(DocumentWrite.Put(MongoProfileSchema.Rebuilt, part.ProfileId, new BsonDocument("seq", taken.Sequence)));
            _writes.AddRange(part.AbsorbedIds.Select(
                id => DocumentWrite.Put(MongoProfileSchema.Profiles, id, new BsonDocument { { "into", part.ProfileId }, { "seq", taken.Sequence } })));
        }
        foreach (var id in taken.Gone)
        {
            var former = stored.GetValueOrDefault(id);
            DropParts(id, former, from: 1);
            _writes.Add(DocumentWrite.Delete(MongoProfileSchema.Profiles, id));
            _writes.Add(DocumentWrite.Put(MongoProfileSchema.Rebuilt, id, new BsonDocument("seq", taken.Sequence)));
            Grown -= ProfileReader.IsLive(former) ? 1 : 0;
        }
    }

    private void DropParts(string id, BsonDocument? former, int from)
    {
        var count = former?.GetValue("parts", 0).AsInt32 ?? 0;
        for (var part = from; part <= count; part++)
            _writes.Add(DocumentWrite.Delete(MongoProfileSchema.Parts, ProfileParts.Id(id, part)));
    }
}
