using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Consent;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Governance;

/// <summary>Consent purposes in MongoDB.</summary>
public sealed class MongoPurposeStore(MongoStage stage) : IPurposeStore
{
    private const string Purposes = "purposes";
    private readonly IMongoCollection<BsonDocument> _purposes = stage.Collection(Purposes);

    /// <inheritdoc />
    public Task PutAsync(ConsentPurpose purpose, CancellationToken cancellationToken) => stage.CommitAsync(
        [DocumentWrite.Put(Purposes, purpose.Key, new BsonDocument { { "name", purpose.Name }, { "description", purpose.Description } })], null, cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<ConsentPurpose>> ListAsync(CancellationToken cancellationToken) =>
    [
        .. (await _purposes.Find(StoredFields.Present).ToListAsync(cancellationToken))
            .Select(d => new ConsentPurpose { Key = d["_id"].AsString, Name = d["name"].AsString, Description = d["description"].AsString })
            .OrderBy(purpose => purpose.Key, StringComparer.Ordinal),
    ];

    /// <inheritdoc />
    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        stage.CommitAsync([DocumentWrite.Delete(Purposes, key)], null, cancellationToken);
}
