using Cdp.Profile;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>Collections of the profile stage. All of them can be sharded by hashed <c>_id</c>.</summary>
public static class MongoProfileSchema
{
    /// <summary>Profiles, one document for each, and in the place of an absorbed one who absorbed it.</summary>
    internal const string Profiles = "profiles";

    /// <summary>What of a profile does not fit into its document.</summary>
    internal const string Parts = "parts";

    /// <summary>Events in buckets. A bucket stays with the profile that it was made for, whoever absorbs that one, until that one
    /// is taken apart.</summary>
    internal const string Timeline = "timeline";

    /// <summary>Ids of erased profiles.</summary>
    internal const string Deleted = "deleted";

    /// <summary>Ids under which profiles were taken apart.</summary>
    internal const string Rebuilt = "rebuilt";

    /// <summary>Events set aside.</summary>
    internal const string DeadLetters = "dead_letters";

    /// <summary>The collections and their indexes.</summary>
    public static StageSchema Schema { get; } = new(ProfileModule.Name, new Dictionary<string, IReadOnlyDictionary<string, BsonDocument>>
    {
        [Profiles] = new Dictionary<string, BsonDocument>
        {
            ["by_sequence"] = new("seq", 1),
            ["by_survivor"] = new() { { "into", 1 }, { "seq", 1 } },
        },
        [Parts] = new Dictionary<string, BsonDocument>(),
        [Timeline] = new Dictionary<string, BsonDocument>
        {
            // Has all that it takes to choose buckets.
            ["by_profile"] = new() { { "profile", 1 }, { "max", -1 }, { "min", 1 }, { "k", 1 } },
            ["by_sequence"] = new("events.seq", 1),
            ["by_age"] = new("min", 1),
        },
        [Deleted] = new Dictionary<string, BsonDocument> { ["by_sequence"] = new("seq", 1) },
        [Rebuilt] = new Dictionary<string, BsonDocument> { ["by_sequence"] = new("seq", 1) },
        [DeadLetters] = new Dictionary<string, BsonDocument> { ["by_time"] = new() { { "failed_at", -1 }, { "p", -1 }, { "o", -1 } } },
    });
}
