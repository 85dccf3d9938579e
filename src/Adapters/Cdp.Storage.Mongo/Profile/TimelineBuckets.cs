using Cdp.Contracts.Profile.V1;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>
/// Where a profile's next events go: a bucket is filled in the order in which events come, up to a number and a size. The
/// profile's document remembers how far that is.
/// </summary>
internal sealed class TimelineBuckets
{
    private const int MostEvents = 100;
    private const int MostBytes = 4 * 1024 * 1024;

    // Field names, types and the sequence.
    private const int OverheadBytes = 160;

    private readonly string _profileId;
    private readonly Dictionary<int, List<(TimelineEvent Event, long Sequence)>> _added = [];
    private int _bucket;
    private int _events;
    private int _bytes;

    /// <summary>Goes on where a profile's document says.</summary>
    public TimelineBuckets(string profileId, BsonDocument? profile)
    {
        _profileId = profileId;
        if (profile is null || !profile.TryGetValue("timeline", out var filled))
            return;
        _bucket = filled["k"].AsInt32;
        _events = filled["n"].AsInt32;
        _bytes = filled["bytes"].AsInt32;
    }

    /// <summary>For the profile's document.</summary>
    public BsonDocument State => new() { { "k", _bucket }, { "n", _events }, { "bytes", _bytes } };

    /// <summary>Id of a bucket.</summary>
    public static string Id(string profileId, int bucket) => $"{profileId}/{bucket}";

    public void Add(TimelineEvent timeline, long sequence)
    {
        var size = timeline.CalculateSize() + OverheadBytes;
        if (_events > 0 && (_events == MostEvents || _bytes + size > MostBytes))
            (_bucket, _events, _bytes) = (_bucket + 1, 0, 0);
        if (!_added.TryGetValue(_bucket, out var events))
            _added[_bucket] = events = [];
        events.Add((timeline, sequence));
        _events++;
        _bytes += size;
    }

    /// <summary>One write for each bucket that got events.</summary>
    public IEnumerable<DocumentWrite> Writes() => _added.Select(bucket => DocumentWrite.Change(MongoProfileSchema.Timeline, Id(_profileId, bucket.Key), new BsonDocument
    {
        { "$set", new BsonDocument { { "profile", _profileId }, { "k", bucket.Key } } },
        { "$min", new BsonDocument("min", bucket.Value.Min(e => e.Event.Timestamp)) },
        { "$max", new BsonDocument("max", bucket.Value.Max(e => e.Event.Timestamp)) },
        { "$push", new BsonDocument("events", new BsonDocument("$each", new BsonArray(bucket.Value.Select(e => TimelineMapping.ToBson(e.Event, e.Sequence))))) },
    }));

    /// <summary>The buckets that got events, whole: for a timeline that begins anew.</summary>
    public IEnumerable<DocumentWrite> Replacements() => _added.Select(bucket => DocumentWrite.Put(MongoProfileSchema.Timeline, Id(_profileId, bucket.Key), new BsonDocument
    {
        { "profile", _profileId },
        { "k", bucket.Key },
        { "min", bucket.Value.Min(e => e.Event.Timestamp) },
        { "max", bucket.Value.Max(e => e.Event.Timestamp) },
        { "events", new BsonArray(bucket.Value.Select(e => TimelineMapping.ToBson(e.Event, e.Sequence))) },
    }));
}
