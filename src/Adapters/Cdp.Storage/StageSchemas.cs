using Cdp.Storage.Mongo.Activation;
using Cdp.Storage.Mongo.Collection;
using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Governance;
using Cdp.Storage.Mongo.Identity;
using Cdp.Storage.Mongo.Profile;

namespace Cdp.Storage;

/// <summary>The collections of each stage.</summary>
internal static class StageSchemas
{
    private static readonly Dictionary<string, StageSchema> ByStage =
        new[]
        {
            MongoCollectionSchema.Schema, MongoIdentitySchema.Schema, MongoProfileSchema.Schema, MongoActivationSchema.Schema, MongoGovernanceSchema.Schema,
            new StageSchema("segment-search", new Dictionary<string, IReadOnlyDictionary<string, MongoDB.Bson.BsonDocument>>()),
        }.ToDictionary(s => s.Stage);

    public static StageSchema Of(string stage) => ByStage[stage];
}
