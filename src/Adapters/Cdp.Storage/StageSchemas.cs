using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Identity;

namespace Cdp.Storage;

/// <summary>The collections of each stage.</summary>
public static class StageSchemas
{
    private static readonly Dictionary<string, StageSchema> ByStage =
        new[] { MongoIdentitySchema.Schema }.ToDictionary(s => s.Stage);

    /// <summary>Collections of a stage.</summary>
    public static StageSchema Of(string stage) => ByStage[stage];
}
