using System.Globalization;
using System.Runtime.CompilerServices;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Store;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>Profiles in MongoDB: documents with traits and identifiers, timelines in buckets, and the feed of changes from both.</summary>
public sealed class MongoProfileStore : IProfileStore, IDisposable
{
    private const string EventPosition = "event-";
    private const string MergePosition = "merge";
    private const string FeedSequence = "feed";
    private const string LiveProfiles = "profiles";

    private readonly MongoStage _stage;
    private readonly ProfileReader _profiles;
    private readonly MongoTimeline _timeline;
    private readonly ProfileFeed _feed;
    private readonly ProfileScan _scan;
    private readonly MongoDeadLetters _deadLetters;
    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>Makes the store.</summary>
    public MongoProfileStore(MongoStage stage)
    {
        _stage = stage;
        _profiles = new ProfileReader(stage);
        _timeline = new MongoTimeline(stage, _profiles);
        _feed = new ProfileFeed(stage, _profiles, _timeline);
        _scan = new ProfileScan(stage, _profiles, _timeline);
        _deadLetters = new MongoDeadLetters(stage);
    }

    private long Feed => _stage.Positions.GetValue(FeedSequence, 0L).AsInt64;

    private long Live => _stage.Positions.GetValue(LiveProfiles, 0L).AsInt64;

    /// <inheritdoc />
    public async Task<ProfilePositions> PositionsAsync(CancellationToken cancellationToken)
    {
        // Whoever asks goes on from here.
        await _stage.SettleAsync(cancellationToken);
        var positions = _stage.Positions;
        var events = positions.Where(p => p.Name.StartsWith(EventPosition, StringComparison.Ordinal))
            .ToDictionary(p => int.Parse(p.Name[EventPosition.Length..], CultureInfo.InvariantCulture), p => p.Value.AsInt64);
        return new ProfilePositions(events, positions.GetValue(MergePosition, 0L).AsInt64, positions.GetValue(FeedSequence, 0L).AsInt64);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<StoredProfile>> LoadAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var found = await _profiles.LoadAsync(ids, cancellationToken);
        return [.. ids.Where(found.ContainsKey).Select(id => found[id].Profile)];
    }

    /// <inheritdoc />
    public Task CommitAsync(ProfileCommit commit, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            var stored = await _profiles.FillingsAsync(ProfileWrites.IdsOf(commit), cancellationToken);
            var writes = new ProfileWrites(commit, stored, await SplitTimelines.ReadAsync(commit, _profiles, _timeline, cancellationToken));
            var made = writes.Make();
            var positions = new BsonDocument(commit.Positions.Events.Select(p => new BsonElement(string.Create(CultureInfo.InvariantCulture, $"{EventPosition}{p.Key}"), p.Value)))
            {
                { MergePosition, commit.Positions.Merge }, { FeedSequence, commit.Positions.Feed }, { LiveProfiles, Live + writes.Grown },
            };
            await _stage.CommitAsync(made, positions, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <inheritdoc />
    public Task<long> CountAsync(CancellationToken cancellationToken) => Task.FromResult(Live);

    /// <inheritdoc />
    public async Task<(IReadOnlyList<TimelineEvent> Events, string NextCursor)> ListEventsAsync(
        string profileId, int limit, string cursor, CancellationToken cancellationToken)
    {
        var events = await _timeline.ListAsync(profileId, limit, PageCursor.Parse(cursor), cancellationToken);
        return (events, events.Count == limit ? PageCursor.Of(events[^1].Timestamp, events[^1].Position).ToString() : "");
    }

    /// <inheritdoc />
    public async Task<(IReadOnlyList<ProfileChange> Changes, long Sequence)> ChangesAfterAsync(long sequence, int limit, CancellationToken cancellationToken)
    {
        var until = Math.Min(Feed, sequence + limit);
        return (until > sequence ? await _feed.ReadAsync(sequence, until, cancellationToken) : [], until);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<(IReadOnlyList<ProfileChange> Profiles, long? Sequence)> ScanAsync(
        int batch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var moment = Feed;
        await foreach (var page in _scan.ReadAsync(batch, moment, cancellationToken))
            yield return (page, null);
        yield return ([], moment);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<FeedPosition> EventPositionsAsync(string profileId, CancellationToken cancellationToken) =>
        _timeline.PositionsAsync(profileId, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> EraseAsync(string id, long sequence, CancellationToken cancellationToken) => AloneAsync<IReadOnlyList<string>>(
        async () =>
        {
            if (await _profiles.OwnerAsync(id, cancellationToken) is not { } owner)
                return [];
            var canonical = owner["_id"].AsString;
            var family = await _profiles.FamilyAsync(owner, cancellationToken);
            var writes = new List<DocumentWrite>();
            await foreach (var bucket in _timeline.BucketsAsync(family, new BsonDocument("_id", 1), cancellationToken))
                writes.Add(DocumentWrite.Delete(MongoProfileSchema.Timeline, bucket["_id"]));
            for (var part = 1; part <= owner.GetValue("parts", 0).AsInt32; part++)
                writes.Add(DocumentWrite.Delete(MongoProfileSchema.Parts, ProfileParts.Id(canonical, part)));
            writes.AddRange(family.Select(gone => DocumentWrite.Delete(MongoProfileSchema.Profiles, gone)));
            // A consumer may know the person under any of the ids.
            writes.AddRange(family.Select(gone => DocumentWrite.Put(MongoProfileSchema.Deleted, gone, new BsonDocument("seq", sequence))));
            writes.AddRange(family.Select(gone => DocumentWrite.Delete(MongoProfileSchema.Rebuilt, gone)));
            // Whoever asked is told that it failed only where it did: once begun, it does not end with the call.
            await _stage.CommitAsync(writes, new BsonDocument { { FeedSequence, sequence }, { LiveProfiles, Live - 1 } }, CancellationToken.None);
            await _stage.PurgeAsync(CancellationToken.None);
            return [canonical, .. family.Where(f => f != canonical)];
        },
        cancellationToken);

    /// <inheritdoc />
    public async Task<(IReadOnlyList<DeadLetter> DeadLetters, string NextCursor)> ListDeadLettersAsync(int limit, string cursor, CancellationToken cancellationToken)
    {
        var letters = await _deadLetters.ListAsync(limit, PageCursor.Parse(cursor), cancellationToken);
        return (letters, letters.Count == limit ? PageCursor.Of(letters[^1].FailedAt, letters[^1].Position).ToString() : "");
    }

    /// <inheritdoc />
    public Task<DeadLetter?> FindDeadLetterAsync(FeedPosition position, CancellationToken cancellationToken) => _deadLetters.FindAsync(position, cancellationToken);

    /// <inheritdoc />
    public Task<int> PruneDeadLettersAsync(long before, int limit, CancellationToken cancellationToken) => _deadLetters.PruneAsync(before, limit, cancellationToken);

    /// <inheritdoc />
    public Task<int> PruneTimelineAsync(long before, int limit, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            var (writes, forgotten) = await ForgottenEvents.ForgetAsync(_stage, before, limit, cancellationToken);
            if (forgotten > 0)
                await _stage.CommitAsync(writes, null, cancellationToken);
            return forgotten;
        },
        cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _writing.Dispose();

    // What is read to be changed must not change in between, nor be behind a commit that nobody waited for.
    private async Task<T> AloneAsync<T>(Func<Task<T>> step, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _stage.SettleAsync(cancellationToken);
            return await step();
        }
        finally
        {
            _writing.Release();
        }
    }
}
