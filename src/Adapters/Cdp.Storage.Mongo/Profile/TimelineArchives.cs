using Cdp.Archives;
using Cdp.Contracts.Archive.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile;
using Cdp.Profile.Store;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>Timelines, bucket by bucket, and set-aside events as records.</summary>
internal sealed class TimelineArchives(MongoStage stage, MongoProfileStore store)
{
    private const int PageBuckets = 40;
    private const int PageLetters = 1000;
    private readonly IMongoCollection<BsonDocument> _buckets = stage.Collection(MongoProfileSchema.Timeline);
    private readonly ProfileLineage _lineage = new(stage);
    private bool _hasWritten;

    public IReadOnlyList<IArchive> All =>
    [
        new Archive<TimelineRecord>(ProfileModule.Name, "timelines", ReadTimelinesAsync, WriteTimelinesAsync),
        new Archive<ForgottenEventRecord>(ProfileModule.Name, "forgotten", ReadForgottenAsync, WriteForgottenAsync),
        new Archive<DeadLetter>(ProfileModule.Name, "dead letters", ReadLettersAsync, WriteLettersAsync),
    ];

    private Task<RecordPage<TimelineRecord>> ReadTimelinesAsync(string cursor, CancellationToken cancellationToken) => ReadAsync(
        cursor,
        (profileId, bucket) => bucket["events"].AsBsonArray.Select(
            e => new TimelineRecord { ProfileId = profileId, Sequence = e["seq"].AsInt64, Event = TimelineMapping.FromBson(e.AsBsonDocument) }),
        cancellationToken);

    private Task<RecordPage<ForgottenEventRecord>> ReadForgottenAsync(string cursor, CancellationToken cancellationToken) => ReadAsync(
        cursor,
        (profileId, bucket) => ForgottenEvents.Of(bucket).Select(
            e => new ForgottenEventRecord { ProfileId = profileId, Timestamp = e["at"].AsInt64, Position = TimelineMapping.PositionOf(e) }),
        cancellationToken);

    private async Task<RecordPage<T>> ReadAsync<T>(string cursor, Func<string, BsonDocument, IEnumerable<T>> records, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument { { "_id", new BsonDocument("$gt", cursor) }, { "events", new BsonDocument("$exists", true) } };
        var buckets = await _buckets.Find(filter).Sort(new BsonDocument("_id", 1)).Limit(PageBuckets).ToListAsync(cancellationToken);
        var owners = await _lineage.FollowAsync([.. buckets.Select(b => b["profile"].AsString).Distinct()], cancellationToken);
        return new RecordPage<T>(
            [.. buckets.SelectMany(bucket => records(owners[bucket["profile"].AsString].ProfileId, bucket))],
            buckets.Count == PageBuckets ? buckets[^1]["_id"].AsString : null);
    }

    private Task WriteForgottenAsync(IReadOnlyList<ForgottenEventRecord> records, CancellationToken cancellationToken) => stage.CommitAsync(
        [
            .. records.GroupBy(record => record.ProfileId)
                .SelectMany(own => ForgottenEvents.Buckets(own.Key, own.Select(record => ForgottenEvents.ToBson(record.Position, record.Timestamp)))),
        ],
        null,
        cancellationToken);

    private async Task WriteTimelinesAsync(IReadOnlyList<TimelineRecord> records, CancellationToken cancellationToken)
    {
        // Only what a former process wrote last can come again.
        var known = _hasWritten ? [] : await KnownAsync(records.Select(record => record.ProfileId), cancellationToken);
        var commit = new ProfileCommit { Positions = await store.PositionsAsync(cancellationToken) };
        commit.Events.AddRange(records
            .Where(r => !known.Contains((r.Event.Position.Partition, r.Event.Position.Offset)))
            .Select(r => (r.ProfileId, r.Event, r.Sequence)));
        await store.CommitAsync(commit, cancellationToken);
        _hasWritten = true;
    }

    private async Task<HashSet<(int Partition, long Offset)>> KnownAsync(IEnumerable<string> profileIds, CancellationToken cancellationToken)
    {
        var positions = new BsonDocument { { "events.p", 1 }, { "events.o", 1 } };
        var known = new HashSet<(int, long)>();
        await foreach (var bucket in new MongoTimeline(stage, new ProfileReader(stage)).BucketsAsync(profileIds.Distinct(), positions, cancellationToken))
            known.UnionWith(bucket["events"].AsBsonArray.Select(e => TimelineMapping.PositionOf(e.AsBsonDocument)).Select(p => (p.Partition, p.Offset)));
        return known;
    }

    private async Task<RecordPage<DeadLetter>> ReadLettersAsync(string cursor, CancellationToken cancellationToken)
    {
        var (letters, next) = await store.ListDeadLettersAsync(PageLetters, cursor, cancellationToken);
        return new RecordPage<DeadLetter>(letters, next.Length == 0 ? null : next);
    }

    private async Task WriteLettersAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        var commit = new ProfileCommit { Positions = await store.PositionsAsync(cancellationToken) };
        commit.DeadLetters.AddRange(letters);
        await store.CommitAsync(commit, cancellationToken);
    }
}
