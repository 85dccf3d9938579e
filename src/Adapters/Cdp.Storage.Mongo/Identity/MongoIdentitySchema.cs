using Cdp.Identity;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Identity;

/// <summary>Collections of the identity stage.</summary>
public static class MongoIdentitySchema
{
    /// <summary>Persons with their identifiers; which person an identifier was added to; who absorbed whom; merges; what ties identifiers, what was taken apart; versions of the rules.</summary>
    public static StageSchema Schema { get; } = new(IdentityModule.Name, new Dictionary<string, IReadOnlyDictionary<string, BsonDocument>>
    {
        ["persons"] = new Dictionary<string, BsonDocument>(),
        ["identifiers"] = new Dictionary<string, BsonDocument>(),
        ["absorbed"] = new Dictionary<string, BsonDocument> { ["by_person"] = new("person", 1) },
        ["merges"] = new Dictionary<string, BsonDocument> { ["by_absorbed"] = new("absorbed", 1), ["by_survivor"] = new("survivor", 1) },
        ["founders"] = new Dictionary<string, BsonDocument>(),
        ["ties"] = new Dictionary<string, BsonDocument> { ["by_person"] = new("person", 1) },
        ["separations"] = new Dictionary<string, BsonDocument> { ["by_left"] = new("left", 1), ["by_right"] = new("right", 1) },
        ["splits"] = new Dictionary<string, BsonDocument> { ["by_person"] = new("persons", 1) },
        ["links"] = new Dictionary<string, BsonDocument> { ["by_anonymous"] = new("anonymous", 1), ["by_known"] = new("known", 1) },
        ["rules"] = new Dictionary<string, BsonDocument>(),
    });
}
