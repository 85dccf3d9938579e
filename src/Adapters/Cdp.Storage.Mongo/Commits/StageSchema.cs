using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Commits;

/// <summary>The collections of a stage and their indexes, made where they are missing.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Collections">Each collection's indexes: keys by name of the index.</param>
public sealed record StageSchema(string Stage, IReadOnlyDictionary<string, IReadOnlyDictionary<string, BsonDocument>> Collections)
{
    internal async Task CreateAsync(IMongoDatabase database, string prefix, CancellationToken cancellationToken)
    {
        foreach (var (name, indexes) in Collections)
        {
            var collection = database.GetCollection<BsonDocument>($"{prefix}_{name}");
            var gone = new CreateIndexModel<BsonDocument>(
                new BsonDocument(StoredFields.Gone, 1),
                new CreateIndexOptions<BsonDocument> { Name = "gone", ExpireAfter = StoredFields.GoneFor, PartialFilterExpression = new BsonDocument(StoredFields.Gone, new BsonDocument("$exists", true)) });
            await collection.Indexes.CreateManyAsync(
                [gone, .. indexes.Select(index => new CreateIndexModel<BsonDocument>(index.Value, new CreateIndexOptions { Name = index.Key }))], cancellationToken);
        }
    }
}
