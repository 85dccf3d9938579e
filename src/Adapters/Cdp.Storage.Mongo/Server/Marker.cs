using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Server;

/// <summary>Says that a database's collections are Cdp's own: nothing is written into collections that others made.</summary>
internal static class Marker
{
    private const string Collection = "cdp";
    private const string Id = "schema";

    /// <summary>Names of collections that Cdp makes begin with one of these.</summary>
    private static readonly string[] Prefixes = ["heads", "journal", "collection_", "identity_", "profile_", "segment_search_", "activation_", "governance_"];

    public static async Task RequireAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var markers = database.GetCollection<BsonDocument>(Collection);
        if (await markers.Find(new BsonDocument("_id", Id)).AnyAsync(cancellationToken))
            return;
        var names = await (await database.ListCollectionNamesAsync(cancellationToken: cancellationToken)).ToListAsync(cancellationToken);
        var foreign = names.Where(name => Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) || name == Collection).Order().ToArray();
        if (foreign.Length > 0)
        {
            throw new InvalidOperationException(
                $"{MongoServer.Setting}: database {database.DatabaseNamespace.DatabaseName} has {string.Join(", ", foreign)}, which Cdp did not create. Name another database in the connection string.");
        }
        await markers.UpdateOneAsync(
            new BsonDocument("_id", Id), new BsonDocument("$set", new BsonDocument("created_by", "cdp")), new UpdateOptions { IsUpsert = true }, cancellationToken);
    }
}
