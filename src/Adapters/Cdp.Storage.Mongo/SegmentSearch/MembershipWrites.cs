using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.SegmentSearch;

/// <summary>What entries and exits come to in documents: history, memberships as the last change of each leaves them, sizes.</summary>
internal static class MembershipWrites
{
    /// <summary>The writes; sizes are counted in <paramref name="segments"/>.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="segments">Segments; changes of a deleted one are dropped.</param>
    /// <param name="changes">Changes in sequence order.</param>
    /// <param name="known">Members whose entries need not be among the changes.</param>
    /// <param name="erased">Ids that must not be stored.</param>
    /// <param name="cancellationToken">Cancels the look at what is stored.</param>
    public static async Task<List<DocumentWrite>> OfAsync(
        MongoStage stage, StoredSegments segments, IEnumerable<MembershipChange> changes, IEnumerable<(string Key, Member Member)> known,
        IReadOnlyCollection<string> erased, CancellationToken cancellationToken)
    {
        var writes = new List<DocumentWrite>();
        var last = new Dictionary<string, (long Segment, MembershipChange Change)>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (segments.NumberOf(change.SegmentKey) is not { } segment || erased.Contains(change.ProfileId))
                continue;
            writes.Add(DocumentWrite.Put(
                MongoSegmentSearchSchema.History, change.Sequence, SegmentMapping.ToBson(segment, change, erased.Contains(change.MergePeerId) ? "" : change.MergePeerId)));
            last[SegmentMapping.MembershipId(segment, change.ProfileId)] = (segment, change);
        }
        foreach (var (key, member) in known)
        {
            if (segments.NumberOf(key) is { } segment)
            {
                var entry = new MembershipChange { ProfileId = member.ProfileId, Entered = true, At = member.EnteredAt, Sequence = member.EnteredSequence };
                last[SegmentMapping.MembershipId(segment, member.ProfileId)] = (segment, entry);
            }
        }

        // A size must not grow twice where a commit is repeated.
        var former = await stage.Collection(MongoSegmentSearchSchema.Memberships)
            .FindInAsync("_id", last.Keys, new BsonDocument("segment", new BsonDocument("$exists", true)), new BsonDocument("_id", 1), cancellationToken);
        var members = former.Select(m => m["_id"].AsString).ToHashSet(StringComparer.Ordinal);
        foreach (var (id, (segment, change)) in last)
        {
            if (change.Entered)
                writes.Add(DocumentWrite.Put(MongoSegmentSearchSchema.Memberships, id, SegmentMapping.ToMembership(segment, change)));
            else if (members.Contains(id))
                writes.Add(DocumentWrite.Delete(MongoSegmentSearchSchema.Memberships, id));
            segments.Grow(segment, (change.Entered ? 1 : 0) - (members.Contains(id) ? 1 : 0));
        }
        return writes;
    }
}
