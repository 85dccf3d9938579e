using Cdp.Governance;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Governance;

/// <summary>Collections of the governance stage.</summary>
public static class MongoGovernanceSchema
{
    /// <summary>API keys; the audit trail, by sequence; consent purposes; regulations.</summary>
    public static StageSchema Schema { get; } = new(GovernanceModule.Name, new Dictionary<string, IReadOnlyDictionary<string, BsonDocument>>
    {
        ["api_keys"] = new Dictionary<string, BsonDocument> { ["by_hash"] = new("hash", 1) },
        ["audit"] = new Dictionary<string, BsonDocument>(),
        ["purposes"] = new Dictionary<string, BsonDocument>(),
        ["regulations"] = new Dictionary<string, BsonDocument> { ["by_end"] = new() { { "finished", 1 }, { "_id", 1 } } },
    });
}
