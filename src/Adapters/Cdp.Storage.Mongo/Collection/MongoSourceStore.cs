using Cdp.Collection.Sources;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Collection;

/// <summary>Sources in MongoDB.</summary>
public sealed class MongoSourceStore(MongoStage stage) : ISourceStore
{
    private const string Sources = "sources";
    private readonly IMongoCollection<BsonDocument> _sources = stage.Collection(Sources);

    /// <inheritdoc />
    public async Task<IReadOnlyList<StoredSource>> ListAsync(CancellationToken cancellationToken) =>
    [
        .. (await _sources.Find(new BsonDocument()).ToListAsync(cancellationToken))
            .Select(Map).OrderBy(source => source.CreatedAt).ThenBy(source => source.Id, StringComparer.Ordinal),
    ];

    /// <inheritdoc />
    public Task PutAsync(StoredSource source, CancellationToken cancellationToken) =>
        stage.CommitAsync([DocumentWrite.Put(Sources, source.Id, ToDocument(source))], null, cancellationToken);

    private static BsonDocument ToDocument(StoredSource source) => new()
    {
        { "name", source.Name },
        { "enabled", source.Enabled },
        { "key_hash", new BsonBinaryData(source.KeyHash) },
        { "key_hint", source.KeyHint },
        { "created_at", source.CreatedAt },
    };

    private static StoredSource Map(BsonDocument document) => new(
        document["_id"].AsString,
        document["name"].AsString,
        document["enabled"].AsBoolean,
        document["key_hash"].AsByteArray,
        document["key_hint"].AsString,
        document["created_at"].AsInt64);
}
