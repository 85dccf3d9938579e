using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.SegmentSearch;

/// <summary>
/// Deletes what is stored about profiles, or of a segment, in commits of bounded size. Each may be the last one before a
/// crash: whoever goes on finds what is left.
/// </summary>
internal sealed class MembershipErasure(MongoStage stage, int documentsAtOnce)
{
    private const int ProfilesAtOnce = 1_000;
    private readonly IMongoCollection<BsonDocument> _memberships = stage.Collection(MongoSegmentSearchSchema.Memberships);
    private readonly IMongoCollection<BsonDocument> _history = stage.Collection(MongoSegmentSearchSchema.History);

    /// <summary>Deletes everything about profiles.</summary>
    public async Task EraseAsync(IReadOnlyCollection<string> profileIds, CancellationToken cancellationToken)
    {
        foreach (var ids in profileIds.Chunk(ProfilesAtOnce))
        {
            var anyOf = new BsonDocument("$in", new BsonArray(ids));
            while (await EraseMembershipsAsync(new BsonDocument("profile", anyOf), cancellationToken))
            {
            }
            while (await EraseHistoryAsync(ids.ToHashSet(StringComparer.Ordinal), anyOf, cancellationToken))
            {
            }
        }
    }

    /// <summary>Deletes some of a segment's members or history; false where there is nothing left.</summary>
    public async Task<bool> EraseSegmentAsync(long number, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument("segment", number);
        if (await EraseMembershipsAsync(filter, cancellationToken))
            return true;
        var changes = await _history.Find(filter).Project(new BsonDocument("_id", 1)).Limit(documentsAtOnce).ToListAsync(cancellationToken);
        if (changes.Count > 0)
            await stage.CommitAsync([.. changes.Select(c => DocumentWrite.Delete(MongoSegmentSearchSchema.History, c["_id"]))], null, cancellationToken);
        return changes.Count > 0;
    }

    private async Task<bool> EraseMembershipsAsync(BsonDocument filter, CancellationToken cancellationToken)
    {
        var found = await _memberships.Find(filter).Project(new BsonDocument("segment", 1)).Limit(documentsAtOnce).ToListAsync(cancellationToken);
        if (found.Count == 0)
            return false;
        var segments = await StoredSegments.ReadAsync(stage, cancellationToken);
        foreach (var membership in found)
            segments.Grow(membership["segment"].AsInt64, -1);
        await stage.CommitAsync(
            [.. found.Select(m => DocumentWrite.Delete(MongoSegmentSearchSchema.Memberships, m["_id"])), .. segments.Sizes(except: null)], null, cancellationToken);
        return true;
    }

    // A change of another id of the same person stays; it only forgets this one.
    private async Task<bool> EraseHistoryAsync(HashSet<string> ids, BsonDocument anyOf, CancellationToken cancellationToken)
    {
        var found = await _history.Find(new BsonDocument("ids", anyOf)).Project(new BsonDocument("profile", 1)).Limit(documentsAtOnce).ToListAsync(cancellationToken);
        if (found.Count == 0)
            return false;
        var writes = found.Select(change => ids.Contains(change["profile"].AsString)
            ? DocumentWrite.Delete(MongoSegmentSearchSchema.History, change["_id"])
            : DocumentWrite.Change(MongoSegmentSearchSchema.History, change["_id"], new BsonDocument(
                "$set", new BsonDocument { { "peer", "" }, { "ids", new BsonArray { change["profile"] } } })));
        await stage.CommitAsync([.. writes], null, cancellationToken);
        return true;
    }
}
