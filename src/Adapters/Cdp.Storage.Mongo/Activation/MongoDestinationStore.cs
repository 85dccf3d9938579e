using Cdp.Activation.Destinations;
using Cdp.Contracts.Activation.V1;
using Cdp.Storage.Mongo.Commits;
using Google.Protobuf;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Activation;

/// <summary>Destinations in MongoDB.</summary>
public sealed class MongoDestinationStore(MongoStage stage, Cancellations cancellations) : IDestinationStore
{
    private readonly IMongoCollection<BsonDocument> _destinations = stage.Collection(MongoActivationSchema.Destinations);
    private readonly IMongoCollection<BsonDocument> _activations = stage.Collection(MongoActivationSchema.Activations);

    /// <inheritdoc />
    public async Task<IReadOnlyList<StoredDestination>> ListAsync(CancellationToken cancellationToken) =>
    [
        .. (await _destinations.Find(new BsonDocument("destination", new BsonDocument("$exists", true))).ToListAsync(cancellationToken))
            .Select(document => new StoredDestination(Destination.Parser.ParseFrom(document["destination"].AsByteArray), document["secret"].AsByteArray))
            .OrderBy(destination => destination.Definition.Id, StringComparer.Ordinal),
    ];

    /// <inheritdoc />
    public Task PutAsync(StoredDestination destination, CancellationToken cancellationToken) => stage.CommitAsync(
        [
            DocumentWrite.Put(MongoActivationSchema.Destinations, destination.Definition.Id, new BsonDocument
            {
                { "enabled", destination.Definition.Enabled },
                { "destination", destination.Definition.ToByteArray() },
                { "secret", destination.ProtectedSecret },
            }),
        ],
        null,
        cancellationToken);

    /// <inheritdoc />
    public async Task DeleteAsync(string id, string reason, CancellationToken cancellationToken)
    {
        await stage.CommitAsync(
            async (_, stop) =>
            {
                var activations = await _activations.Find(new BsonDocument("destination", id)).ToListAsync(stop);
                return new StageCommit(
                [
                    DocumentWrite.Delete(MongoActivationSchema.Destinations, id),
                    .. activations.Select(document => DocumentWrite.Delete(MongoActivationSchema.Activations, document["_id"])),
                    Cancellations.OfDestination(id, reason),
                ]);
            },
            cancellationToken);
        await cancellations.FinishAsync(cancellationToken);
    }
}
