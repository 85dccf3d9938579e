using System.Security.Cryptography;
using System.Text;
using Cdp.Activation.Activations;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Activation;

/// <summary>How activations stand in their collection: under their segment and destination, of which there is one activation.</summary>
internal static class ActivationDocuments
{
    public static DocumentWrite Put(StoredActivation activation) => DocumentWrite.Put(MongoActivationSchema.Activations, Id(activation), new BsonDocument
    {
        { "id", activation.Id },
        { "segment", activation.SegmentKey },
        { "destination", activation.DestinationId },
        { "created_at", activation.CreatedAt },
        { "start_sequence", activation.StartSequence },
        { "fill_cursor", activation.FillCursor },
        { "fill_until", activation.FillUntil },
    });

    public static string Id(StoredActivation activation) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{activation.SegmentKey}\n{activation.DestinationId}")));

    public static StoredActivation Map(BsonDocument document) => new(
        document["id"].AsString,
        document["segment"].AsString,
        document["destination"].AsString,
        document["created_at"].AsInt64,
        document["start_sequence"].AsInt64,
        document["fill_cursor"].AsString,
        document["fill_until"].AsInt64);
}
