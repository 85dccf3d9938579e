using Cdp.Storage.Mongo.Activation;
using Cdp.Storage.Mongo.Collection;
using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Governance;
using Cdp.Storage.Mongo.Identity;
using Cdp.Storage.Mongo.Profile;
using Cdp.Storage.Mongo.SegmentSearch;

namespace Cdp.Storage;

/// <summary>The collections of each stage.</summary>
public static class StageSchemas
{
    private static readonly Dictionary<string, StageSchema> ByStage =
        new[]
        {
            MongoCollectionSchema.Schema, MongoIdentitySchema.Schema, MongoProfileSchema.Schema, MongoActivationSchema.Schema, MongoGovernanceSchema.Schema,
            MongoSegmentSearchSchema.Schema,
        }.ToDictionary(s => s.Stage);

    /// <summary>Collections of a stage.</summary>
    public static StageSchema Of(string stage) => ByStage[stage];
}
