using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Commits;

/// <summary>Queries for many values of a field, in a few round trips that go side by side.</summary>
internal static class BatchedQueries
{
    private const int ValuesAtOnce = 1_000;
    private const int QueriesAtOnce = 4;

    /// <summary>Documents in which a field has one of the values.</summary>
    public static async Task<List<BsonDocument>> FindInAsync(
        this IMongoCollection<BsonDocument> collection,
        string field,
        IEnumerable<string> values,
        BsonDocument further,
        BsonDocument? projection,
        CancellationToken cancellationToken)
    {
        var all = new List<BsonDocument>();
        foreach (var queries in values.Chunk(ValuesAtOnce).Chunk(QueriesAtOnce))
        {
            foreach (var found in await Task.WhenAll(queries.Select(Query)))
                all.AddRange(found);
        }
        return all;

        Task<List<BsonDocument>> Query(string[] some) => collection
            .Find(new BsonDocument(further) { [field] = new BsonDocument("$in", new BsonArray(some)) }, projection)
            .ToListAsync(cancellationToken);
    }

    private static IFindFluent<BsonDocument, BsonDocument> Find(this IMongoCollection<BsonDocument> collection, BsonDocument filter, BsonDocument? projection)
    {
        var find = collection.Find(filter);
        return projection is null ? find : find.Project(projection);
    }
}
