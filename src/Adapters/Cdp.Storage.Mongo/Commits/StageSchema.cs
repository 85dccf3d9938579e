using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Commits;

/// <summary>The collections of a stage and their indexes, made where they are missing.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Collections">Each collection's indexes: keys by name of the index.</param>
public sealed record StageSchema(string Stage, IReadOnlyDictionary<string, IReadOnlyDictionary<string, BsonDocument>> Collections)
{
    /// <summary>
    /// Indexes that hold only documents with a certain field, by <c>collection.index</c>. Queries that are to use them must ask
    /// that the field exists.
    /// </summary>
    public IReadOnlyDictionary<string, string> Partial { get; init; } = new Dictionary<string, string>();

    internal async Task CreateAsync(IMongoDatabase database, string prefix, CancellationToken cancellationToken)
    {
        foreach (var (name, indexes) in Collections)
        {
            var collection = database.GetCollection<BsonDocument>($"{prefix}_{name}");
            var gone = new CreateIndexModel<BsonDocument>(
                new BsonDocument(StoredFields.Gone, 1),
                new CreateIndexOptions<BsonDocument> { Name = "gone", ExpireAfter = StoredFields.GoneFor, PartialFilterExpression = Has(StoredFields.Gone) });
            await collection.Indexes.CreateManyAsync([gone, .. indexes.Select(index => Index(name, index.Key, index.Value))], cancellationToken);
        }
    }

    private static BsonDocument Has(string field) => new(field, new BsonDocument("$exists", true));

    private CreateIndexModel<BsonDocument> Index(string collection, string name, BsonDocument keys) => new(
        keys,
        new CreateIndexOptions<BsonDocument>
        {
            Name = name,
            PartialFilterExpression = Partial.TryGetValue($"{collection}.{name}", out var field) ? Has(field) : null,
        });
}
