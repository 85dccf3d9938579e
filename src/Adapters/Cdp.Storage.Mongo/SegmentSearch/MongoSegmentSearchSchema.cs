using Cdp.SegmentSearch;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.SegmentSearch;

/// <summary>Collections of the segment-search stage. All of them can be sharded by hashed <c>_id</c>.</summary>
public static class MongoSegmentSearchSchema
{
    /// <summary>Definitions by key, each with its number and its number of members.</summary>
    internal const string Segments = "segments";

    /// <summary>Current members, one document for each segment and profile.</summary>
    internal const string Memberships = "memberships";

    /// <summary>Entries and exits by sequence.</summary>
    internal const string History = "history";

    /// <summary>Numbers of deleted segments that still have members or history.</summary>
    internal const string Removed = "removed";

    /// <summary>The collections and their indexes.</summary>
    public static StageSchema Schema { get; } = new(SegmentSearchModule.Name, new Dictionary<string, IReadOnlyDictionary<string, BsonDocument>>
    {
        [Segments] = new Dictionary<string, BsonDocument>(),
        [Memberships] = new Dictionary<string, BsonDocument>
        {
            ["by_segment"] = new() { { "segment", 1 }, { "profile", 1 } },
            ["by_profile"] = new("profile", 1),
        },
        [History] = new Dictionary<string, BsonDocument>
        {
            ["by_segment"] = new() { { "segment", 1 }, { "_id", -1 } },
            // The profile and the peer of its merge, so that one index finds both.
            ["by_profile"] = new() { { "ids", 1 }, { "segment", 1 }, { "_id", -1 } },
        },
        [Removed] = new Dictionary<string, BsonDocument>(),
    });
}
