using Cdp.Activation.Activations;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Activation;

/// <summary>Activations in MongoDB.</summary>
public sealed class MongoActivationStore(MongoStage stage, Cancellations cancellations) : IActivationStore
{
    private readonly IMongoCollection<BsonDocument> _activations = stage.Collection(MongoActivationSchema.Activations);

    /// <inheritdoc />
    public async Task<IReadOnlyList<StoredActivation>> ListAsync(CancellationToken cancellationToken) =>
    [
        .. (await _activations.Find(new BsonDocument("id", new BsonDocument("$exists", true))).ToListAsync(cancellationToken))
            .Select(ActivationDocuments.Map).OrderBy(activation => activation.Id, StringComparer.Ordinal),
    ];

    /// <inheritdoc />
    public Task AddAsync(StoredActivation activation, CancellationToken cancellationToken) =>
        stage.CommitAsync([ActivationDocuments.Put(activation)], null, cancellationToken);

    /// <inheritdoc />
    public async Task DeleteAsync(string id, string reason, CancellationToken cancellationToken)
    {
        await stage.CommitAsync(
            async (_, stop) => await _activations.Find(new BsonDocument("id", id)).FirstOrDefaultAsync(stop) is { } document
                ? new StageCommit(
                [
                    DocumentWrite.Delete(MongoActivationSchema.Activations, document["_id"]),
                    Cancellations.OfActivation(ActivationDocuments.Map(document), reason),
                ])
                : null,
            cancellationToken);
        await cancellations.FinishAsync(cancellationToken);
    }
}
