using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Server;

/// <summary>
/// Says that a database's collections are Cdp's own: nothing is written into collections that others made. Written at each
/// start, which shows that the database can be written.
/// </summary>
internal static class Marker
{
    private const string Collection = "cdp";

    /// <summary>Names of collections that Cdp makes begin with one of these.</summary>
    private static readonly string[] Prefixes = ["heads", "journal", "collection_", "identity_", "profile_", "segment_search_", "activation_", "governance_"];

    private static readonly BsonDocument Id = new("_id", "schema");

    public static async Task RequireAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var markers = database.GetCollection<BsonDocument>(Collection);
        // Looked for again after the others: another service may be making them for the first time right now.
        if (!await markers.Find(Id).AnyAsync(cancellationToken)
            && await ForeignAsync(database, cancellationToken) is { Count: > 0 } foreign
            && !await markers.Find(Id).AnyAsync(cancellationToken))
        {
            throw new InvalidOperationException(
                $"{MongoServer.Setting}: database {database.DatabaseNamespace.DatabaseName} has {string.Join(", ", foreign)}, which Cdp did not create. Name another database in the connection string.");
        }
        await markers.UpdateOneAsync(Id, new BsonDocument("$set", new BsonDocument("created_by", "cdp")), new UpdateOptions { IsUpsert = true }, cancellationToken);
    }

    private static async Task<List<string>> ForeignAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        using var names = await database.ListCollectionNamesAsync(cancellationToken: cancellationToken);
        return
        [
            .. (await names.ToListAsync(cancellationToken))
                .Where(name => name == Collection || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
                .Order(StringComparer.Ordinal),
        ];
    }
}
