using Cdp.Collection;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Collection;

/// <summary>Collections of the collection stage.</summary>
public static class MongoCollectionSchema
{
    /// <summary>Sources; discards of each source and code; imports; the rows that they rejected.</summary>
    public static StageSchema Schema { get; } = new(CollectionModule.Name, new Dictionary<string, IReadOnlyDictionary<string, BsonDocument>>
    {
        ["sources"] = new Dictionary<string, BsonDocument>(),
        ["discards"] = new Dictionary<string, BsonDocument> { ["by_source"] = new("source", 1) },
        ["imports"] = new Dictionary<string, BsonDocument>(),
        ["rejects"] = new Dictionary<string, BsonDocument> { ["by_row"] = new() { { "import", 1 }, { "row", 1 } } },
    });
}
