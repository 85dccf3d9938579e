using Cdp.Archives;
using Cdp.Contracts.Archive.V1;
using Cdp.Profile;
using Cdp.Profile.Store;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>The stage's collections as records. Written as rounds are, by the store.</summary>
internal sealed class ProfileArchives(MongoStage stage, MongoProfileStore store) : IArchived
{
    private const int PageRecords = 1000;
    private readonly IMongoCollection<BsonDocument> _profiles = stage.Collection(MongoProfileSchema.Profiles);
    private readonly ProfileReader _reader = new(stage);
    private readonly ProfileLineage _lineage = new(stage);

    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives =>
    [
        new Archive<ProfileRecord>(ProfileModule.Name, "profiles", ReadProfilesAsync, WriteProfilesAsync),
        new Archive<AbsorbedRecord>(ProfileModule.Name, "absorbed", ReadAbsorbedAsync, WriteAbsorbedAsync),
        IdsArchive(MongoProfileSchema.Deleted),
        IdsArchive(MongoProfileSchema.Rebuilt),
        .. new TimelineArchives(stage, store).All,
        new PositionArchive(stage, ["event-", "feed", "merge"]).Archive,
    ];

    private async Task<RecordPage<ProfileRecord>> ReadProfilesAsync(string cursor, CancellationToken cancellationToken)
    {
        var (ids, next) = await IdsAsync(_profiles, "version", cursor, cancellationToken);
        var found = await _reader.LoadAsync(ids, cancellationToken);
        return new RecordPage<ProfileRecord>([.. ids.Select(id => new ProfileRecord { Sequence = found[id].Sequence, Profile = found[id].Profile })], next);
    }

    private async Task WriteProfilesAsync(IReadOnlyList<ProfileRecord> records, CancellationToken cancellationToken)
    {
        var commit = new ProfileCommit { Positions = await store.PositionsAsync(cancellationToken) };
        commit.Profiles.AddRange(records.Select(record => (record.Profile, record.Sequence)));
        await store.CommitAsync(commit, cancellationToken);
    }

    private async Task<RecordPage<AbsorbedRecord>> ReadAbsorbedAsync(string cursor, CancellationToken cancellationToken)
    {
        var (ids, next) = await IdsAsync(_profiles, "into", cursor, cancellationToken);
        var owners = await _lineage.FollowAsync(ids, cancellationToken);
        return new RecordPage<AbsorbedRecord>([.. ids.Select(id => new AbsorbedRecord { Id = id, ProfileId = owners[id].ProfileId, Sequence = owners[id].Sequence })], next);
    }

    private async Task WriteAbsorbedAsync(IReadOnlyList<AbsorbedRecord> records, CancellationToken cancellationToken)
    {
        var commit = new ProfileCommit { Positions = await store.PositionsAsync(cancellationToken) };
        commit.Absorbed.AddRange(records.Select(record => (record.Id, record.ProfileId, record.Sequence)));
        await store.CommitAsync(commit, cancellationToken);
    }

    // Ids with the sequence at which consumers of the feed forget them.
    private Archive<DeletedRecord> IdsArchive(string collection) => new(
        ProfileModule.Name,
        collection,
        (cursor, cancellationToken) => ReadIdsAsync(collection, cursor, cancellationToken),
        (records, cancellationToken) => stage.CommitAsync(
            [.. records.Select(record => DocumentWrite.Put(collection, record.Id, new BsonDocument("seq", record.Sequence)))], null, cancellationToken));

    private async Task<RecordPage<DeletedRecord>> ReadIdsAsync(string collection, string cursor, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument { { "_id", new BsonDocument("$gt", cursor) }, { "seq", new BsonDocument("$exists", true) } };
        var found = await stage.Collection(collection).Find(filter).Sort(new BsonDocument("_id", 1)).Limit(PageRecords).ToListAsync(cancellationToken);
        return new RecordPage<DeletedRecord>(
            [.. found.Select(d => new DeletedRecord { Id = d["_id"].AsString, Sequence = d["seq"].AsInt64 })],
            found.Count == PageRecords ? found[^1]["_id"].AsString : null);
    }

    private static async Task<(List<string> Ids, string? Next)> IdsAsync(
        IMongoCollection<BsonDocument> collection, string field, string after, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument { { "_id", new BsonDocument("$gt", after) }, { field, new BsonDocument("$exists", true) } };
        var found = await collection.Find(filter).Project(new BsonDocument("_id", 1)).Sort(new BsonDocument("_id", 1)).Limit(PageRecords).ToListAsync(cancellationToken);
        List<string> ids = [.. found.Select(d => d["_id"].AsString)];
        return (ids, ids.Count == PageRecords ? ids[^1] : null);
    }
}
