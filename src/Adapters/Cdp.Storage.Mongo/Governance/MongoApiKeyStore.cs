using Cdp.Governance.ApiKeys;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Governance;

/// <summary>API keys in MongoDB.</summary>
public sealed class MongoApiKeyStore(MongoStage stage) : IApiKeyStore
{
    private const string Keys = "api_keys";
    private readonly IMongoCollection<BsonDocument> _keys = stage.Collection(Keys);

    /// <inheritdoc />
    public Task PutAsync(IReadOnlyCollection<StoredApiKey> keys, CancellationToken cancellationToken) => stage.CommitAsync(
        async (_, stop) =>
        {
            await RequireUniqueAsync(keys, stop);
            return new StageCommit([.. keys.Select(key => DocumentWrite.Put(Keys, key.Id, ToDocument(key)))]);
        },
        cancellationToken);

    /// <inheritdoc />
    public async Task<StoredApiKey?> GetAsync(string id, CancellationToken cancellationToken) => Map(await _keys.Find(new BsonDocument("_id", id)).FirstOrDefaultAsync(cancellationToken));

    /// <inheritdoc />
    public async Task<StoredApiKey?> FindAsync(byte[] hash, CancellationToken cancellationToken) =>
        Map(await _keys.Find(new BsonDocument("hash", new BsonBinaryData(hash))).FirstOrDefaultAsync(cancellationToken));

    /// <inheritdoc />
    public async Task<IReadOnlyList<StoredApiKey>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await _keys.Find(new BsonDocument()).Sort(new BsonDocument("_id", 1)).ToListAsync(cancellationToken)).Select(d => Map(d)!)];

    // A unique index would have to lead with the shard key. Keys are never deleted, so none comes between.
    private async Task RequireUniqueAsync(IReadOnlyCollection<StoredApiKey> keys, CancellationToken cancellationToken)
    {
        var ids = keys.ToDictionary(key => Convert.ToHexString(key.Hash), key => key.Id);
        var hashes = new BsonArray(keys.Select(key => new BsonBinaryData(key.Hash)));
        var stored = await _keys.Find(new BsonDocument("hash", new BsonDocument("$in", hashes))).ToListAsync(cancellationToken);
        if (stored.Any(d => ids[Convert.ToHexString(d["hash"].AsByteArray)] != d["_id"].AsString))
            throw new InvalidOperationException("Another API key has this secret.");
    }

    private static BsonDocument ToDocument(StoredApiKey key) => new()
    {
        { "name", key.Name },
        { "scopes", new BsonArray(key.Scopes) },
        { "hash", new BsonBinaryData(key.Hash) },
        { "hint", key.Hint },
        { "configured", key.IsConfigured },
        { "created_at", key.CreatedAt },
        { "revoked_at", key.RevokedAt },
    };

    private static StoredApiKey? Map(BsonDocument? document) => document is null ? null : new StoredApiKey(
        document["_id"].AsString,
        document["name"].AsString,
        [.. document["scopes"].AsBsonArray.Select(scope => scope.AsString)],
        document["hash"].AsByteArray,
        document["hint"].AsString,
        document["configured"].AsBoolean,
        document["created_at"].AsInt64,
        document["revoked_at"].AsInt64);
}
