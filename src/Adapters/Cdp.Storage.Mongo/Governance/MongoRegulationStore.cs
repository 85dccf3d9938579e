using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Regulations;
using Cdp.Storage.Mongo.Commits;
using Google.Protobuf;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Governance;

/// <summary>Regulations in MongoDB.</summary>
public sealed class MongoRegulationStore(MongoStage stage) : IRegulationStore
{
    private const string Regulations = "regulations";
    private readonly IMongoCollection<BsonDocument> _regulations = stage.Collection(Regulations);

    /// <inheritdoc />
    public Task PutAsync(StoredRegulation regulation, CancellationToken cancellationToken) => stage.CommitAsync(
        [
            DocumentWrite.Put(
                Regulations,
                regulation.Regulation.Id,
                new BsonDocument { { "finished", regulation.Regulation.FinishedAt > 0 }, { "regulation", regulation.ToByteArray() } }),
        ],
        null,
        cancellationToken);

    /// <inheritdoc />
    public async Task<StoredRegulation?> GetAsync(string id, CancellationToken cancellationToken) =>
        await _regulations.Find(new BsonDocument("_id", id)).FirstOrDefaultAsync(cancellationToken) is { } document ? Map(document) : null;

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredRegulation>> ListAsync(string before, int limit, CancellationToken cancellationToken) =>
        ReadAsync(before.Length == 0 ? [] : new BsonDocument("_id", new BsonDocument("$lt", before)), -1, limit, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredRegulation>> ListUnfinishedAsync(string after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(new BsonDocument { { "finished", false }, { "_id", new BsonDocument("$gt", after) } }, 1, limit, cancellationToken);

    /// <inheritdoc />
    public Task PurgeAsync(CancellationToken cancellationToken) => stage.PurgeAsync(cancellationToken);

    private async Task<IReadOnlyList<StoredRegulation>> ReadAsync(BsonDocument filter, int order, int limit, CancellationToken cancellationToken) =>
        [.. (await _regulations.Find(filter).Sort(new BsonDocument("_id", order)).Limit(limit).ToListAsync(cancellationToken)).Select(Map)];

    private static StoredRegulation Map(BsonDocument document) => StoredRegulation.Parser.ParseFrom(document["regulation"].AsByteArray);
}
