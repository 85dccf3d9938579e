using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Tests.Fakes;

/// <summary>A stage with one collection, and short ways to write what goes into it.</summary>
internal static class Sample
{
    public const string Things = "things";

    public static StageSchema Schema { get; } = new("identity", new Dictionary<string, IReadOnlyDictionary<string, BsonDocument>>
    {
        [Things] = new Dictionary<string, BsonDocument> { ["by_value"] = new("value", 1) },
    });

    public static DocumentWrite Put(string id, BsonValue value) => DocumentWrite.Put(Things, id, new BsonDocument("value", value));

    public static DocumentWrite Delete(string id) => DocumentWrite.Delete(Things, id);

    public static DocumentWrite Increase(string id) => DocumentWrite.Change(Things, id, new BsonDocument("$inc", new BsonDocument("value", 1)));

    public static BsonDocument At(int position) => new("at", position);
}
