using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Store;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.SegmentSearch;

/// <summary>
/// Segments, memberships and their history in MongoDB. A step with very many entries and exits, as a new segment comes with,
/// is stored in several commits, definition first, position last: what a crash leaves out is found when the index is built
/// again and compared with what is stored.
/// </summary>
/// <param name="stage">The stage.</param>
/// <param name="changesAtOnce">Most entries and exits in one commit.</param>
public sealed class MongoSegmentStore(MongoStage stage, int changesAtOnce = 5_000) : ISegmentStore, IDisposable
{
    private const string ProfilePosition = "profile";
    private const string FeedSequence = "feed";
    private const string LastNumber = "segments";

    // What is left of deleted changes stays for a day: whoever looks for the oldest one need not step over all of that.
    private const string Pruned = "pruned";

    private readonly IMongoCollection<BsonDocument> _segments = stage.Collection(MongoSegmentSearchSchema.Segments);
    private readonly IMongoCollection<BsonDocument> _memberships = stage.Collection(MongoSegmentSearchSchema.Memberships);
    private readonly IMongoCollection<BsonDocument> _history = stage.Collection(MongoSegmentSearchSchema.History);
    private readonly IMongoCollection<BsonDocument> _removed = stage.Collection(MongoSegmentSearchSchema.Removed);
    private readonly MembershipErasure _erasure = new(stage, changesAtOnce);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private TaskCompletionSource _removing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed when a segment was deleted since the last <see cref="SweepAsync"/>.</summary>
    internal Task Removing => Volatile.Read(ref _removing).Task;

    private long Feed => stage.Positions.GetValue(FeedSequence, 0L).AsInt64;

    /// <inheritdoc />
    public async Task<SegmentPositions> PositionsAsync(CancellationToken cancellationToken)
    {
        // Whoever asks goes on from here.
        await stage.SettleAsync(cancellationToken);
        return new SegmentPositions(stage.Positions.GetValue(ProfilePosition, 0L).AsInt64, Feed);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<(SegmentDefinition Definition, long Size)>> SegmentsAsync(CancellationToken cancellationToken)
    {
        var documents = await _segments.Find(new BsonDocument("number", new BsonDocument("$exists", true))).ToListAsync(cancellationToken);
        return [.. documents.Select(d => (SegmentMapping.ToDefinition(d), d["size"].AsInt64)).OrderBy(s => s.Item1.Key, StringComparer.Ordinal)];
    }

    /// <inheritdoc />
    public Task CommitAsync(SegmentCommit commit, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            if (commit.Erased.Count > 0)
                await _erasure.EraseAsync(commit.Erased, cancellationToken);
            var erased = commit.Erased.ToHashSet(StringComparer.Ordinal);
            // Whoever asked for a definition is told that it failed only where it did: once begun, that does not end with the call.
            var stop = commit.Defined is null && commit.Deleted is null ? cancellationToken : CancellationToken.None;
            for (var done = 0; done == 0 || done < commit.Changes.Count; done += changesAtOnce)
            {
                var changes = commit.Changes.Skip(done).Take(changesAtOnce).ToList();
                var isLast = done + changesAtOnce >= commit.Changes.Count;
                await CommitAsync(commit, changes, erased, isFirst: done == 0, isLast, stop);
            }
            if (commit.Erased.Count > 0)
                await stage.PurgeAsync(cancellationToken);
            if (commit.Deleted is not null)
                Volatile.Read(ref _removing).TrySetResult();
            return true;
        },
        cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<Member>> MembersAsync(string key, string afterProfileId, int limit, CancellationToken cancellationToken)
    {
        var segments = await StoredSegments.ReadAsync(stage, cancellationToken);
        if (segments.NumberOf(key) is not { } number)
            return [];
        var members = await _memberships.Find(new BsonDocument { { "segment", number }, { "profile", new BsonDocument("$gt", afterProfileId) } })
            .Sort(new BsonDocument("profile", 1)).Limit(limit).ToListAsync(cancellationToken);
        return [.. members.Select(SegmentMapping.ToMember)];
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<Membership>> MembershipsAsync(string profileId, CancellationToken cancellationToken)
    {
        var memberships = await _memberships.Find(new BsonDocument("profile", profileId)).ToListAsync(cancellationToken);
        if (memberships.Count == 0)
            return [];
        var segments = await StoredSegments.ReadAsync(stage, cancellationToken);
        return
        [
            .. memberships.Where(m => segments.KeyOf(m["segment"].AsInt64) is not null)
                .Select(m => new Membership { SegmentKey = segments.KeyOf(m["segment"].AsInt64)!, EnteredAt = m["entered_at"].AsInt64 })
                .OrderBy(m => m.SegmentKey, StringComparer.Ordinal),
        ];
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<MembershipChange>> HistoryAsync(string key, string profileId, long before, int limit, CancellationToken cancellationToken)
    {
        var segments = await StoredSegments.ReadAsync(stage, cancellationToken);
        if (segments.NumberOf(key) is not { } number)
            return [];
        var filter = new BsonDocument { { "segment", number }, { "_id", new BsonDocument("$lt", before) } };
        if (profileId.Length > 0)
            filter.AddRange(new BsonDocument { { "ids", profileId }, { "profile", profileId } });
        var changes = await _history.Find(filter).Sort(new BsonDocument("_id", -1)).Limit(limit).ToListAsync(cancellationToken);
        return [.. changes.Select(c => SegmentMapping.ToChange(c, key))];
    }

    /// <inheritdoc />
    public async Task<(IReadOnlyList<MembershipChange> Changes, long Sequence)> ChangesAfterAsync(long sequence, int limit, CancellationToken cancellationToken)
    {
        var head = Feed;
        var found = await _history
            .Find(new BsonDocument { { "_id", new BsonDocument { { "$gt", sequence }, { "$lte", head } } }, { "segment", new BsonDocument("$exists", true) } })
            .Sort(new BsonDocument("_id", 1)).Limit(limit).ToListAsync(cancellationToken);
        var segments = await StoredSegments.ReadAsync(stage, cancellationToken);
        var changes = found.Where(c => segments.KeyOf(c["segment"].AsInt64) is not null).Select(c => SegmentMapping.ToChange(c, segments.KeyOf(c["segment"].AsInt64)!));
        return ([.. changes], found.Count == limit ? found[^1]["_id"].AsInt64 : head);
    }

    /// <inheritdoc />
    public Task<int> PruneHistoryAsync(long before, long until, int limit, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            var range = new BsonDocument { { "$gt", stage.Positions.GetValue(Pruned, 0L) }, { "$lte", Math.Min(until, Feed) } };
            var oldest = await _history.Find(new BsonDocument { { "_id", range }, { "segment", new BsonDocument("$exists", true) } })
                .Sort(new BsonDocument("_id", 1)).Limit(limit).Project(new BsonDocument("at", 1)).ToListAsync(cancellationToken);
            var pruned = oldest.TakeWhile(change => change["at"].AsInt64 < before).Select(change => change["_id"]).ToList();
            if (pruned.Count > 0)
                await stage.CommitAsync([.. pruned.Select(id => DocumentWrite.Delete(MongoSegmentSearchSchema.History, id))], new BsonDocument(Pruned, pruned[^1]), cancellationToken);
            return pruned.Count;
        },
        cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _writing.Dispose();

    /// <summary>Deletes what deleted segments have left; writers go on between its commits.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _removing, new(TaskCreationOptions.RunContinuationsAsynchronously));
        foreach (var removed in await _removed.Find(StoredFields.Present).ToListAsync(cancellationToken))
        {
            while (await AloneAsync(() => _erasure.EraseSegmentAsync(removed["_id"].AsInt64, cancellationToken), cancellationToken))
            {
            }
            await stage.CommitAsync([DocumentWrite.Delete(MongoSegmentSearchSchema.Removed, removed["_id"])], null, cancellationToken);
        }
    }

    private async Task CommitAsync(
        SegmentCommit commit, List<MembershipChange> changes, HashSet<string> erased, bool isFirst, bool isLast, CancellationToken cancellationToken)
    {
        var segments = await StoredSegments.ReadAsync(stage, cancellationToken);
        var positions = new BsonDocument(FeedSequence, isLast ? commit.Positions.Feed : changes[^1].Sequence);
        if (isLast)
            positions[ProfilePosition] = commit.Positions.Profile;
        var writes = new List<DocumentWrite>();
        if (isFirst && commit.Deleted is { } deleted && segments.NumberOf(deleted) is { } removed)
        {
            writes.Add(DocumentWrite.Delete(MongoSegmentSearchSchema.Segments, deleted));
            writes.Add(DocumentWrite.Put(MongoSegmentSearchSchema.Removed, removed, []));
            segments.Remove(deleted);
        }
        var defined = isFirst ? commit.Defined : null;
        if (defined is not null && segments.NumberOf(defined.Key) is null)
        {
            var number = stage.Positions.GetValue(LastNumber, 0L).AsInt64 + 1;
            segments.Add(defined.Key, number);
            positions[LastNumber] = number;
        }
        writes.AddRange(await MembershipWrites.OfAsync(stage, segments, changes, isLast ? commit.Members : [], erased, cancellationToken));
        if (defined is not null)
            writes.Add(DocumentWrite.Put(MongoSegmentSearchSchema.Segments, defined.Key, SegmentMapping.ToBson(defined, segments.NumberOf(defined.Key)!.Value, segments.SizeOf(defined.Key))));
        writes.AddRange(segments.Sizes(except: defined?.Key));
        await stage.CommitAsync(writes, positions, cancellationToken);
    }

    // What is read to be changed must not change in between, nor be behind a commit that nobody waited for.
    private async Task<T> AloneAsync<T>(Func<Task<T>> step, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await stage.SettleAsync(cancellationToken);
            return await step();
        }
        finally
        {
            _writing.Release();
        }
    }
}
