using Cdp.Activation.Deliveries;
using Cdp.Contracts.Activation.V1;
using Google.Protobuf;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Activation;

/// <summary>How deliveries stand in their collection.</summary>
internal static class DeliveryDocuments
{
    public static BsonDocument New(NewDelivery delivery, long number, long now)
    {
        var (activation, profileId, entered, cause, sequence, changedAt) = delivery;
        var document = new BsonDocument
        {
            { "_id", delivery.Id },
            { "number", number },
            { "activation", activation.Id },
            { "destination", activation.DestinationId },
            { "segment", activation.SegmentKey },
            { "profile", profileId },
            { "person", profileId },
            { "entered", entered },
            { "cause", cause },
            { "sequence", sequence },
            { "changed_at", changedAt },
            { "created_at", now },
            { "state", (int)DeliveryState.Pending },
            { "reason", "" },
            { "attempts", Array.Empty<byte>() },
            { "attempts_made", 0 },
            { "first_attempt_at", 0L },
            { "retry_at", now },
            { "lane", Lanes.Of(activation.DestinationId, profileId) },
        };
        if (entered)
            document["told"] = DeliveryRow.ToldOf(activation.Id, profileId);
        if (delivery.Traceparent.Length > 0)
            document["traceparent"] = delivery.Traceparent;
        return document;
    }

    public static Delivery Map(BsonDocument document) => new()
    {
        Id = document["_id"].AsString,
        ActivationId = document["activation"].AsString,
        DestinationId = document["destination"].AsString,
        SegmentKey = document["segment"].AsString,
        ProfileId = document["profile"].AsString,
        EventType = DueDelivery.TypeOf(document["entered"].AsBoolean),
        Sequence = document["sequence"].AsInt64,
        CreatedAt = document["created_at"].AsInt64,
        State = (DeliveryState)document["state"].AsInt32,
        Reason = document["reason"].AsString,
        Attempts = { ParseAttempts(document["attempts"].AsByteArray) },
        NextAttemptAt = document.GetValue("due_at", 0L).AsInt64,
    };

    public static DueDelivery MapDue(BsonDocument document) => new(
        document["_id"].AsString,
        document["destination"].AsString,
        document["person"].AsString,
        document["segment"].AsString,
        document["profile"].AsString,
        document["entered"].AsBoolean,
        document["cause"].AsString,
        document["sequence"].AsInt64,
        document["changed_at"].AsInt64,
        document["attempts_made"].AsInt32,
        document["first_attempt_at"].AsInt64)
    {
        Traceparent = document.GetValue("traceparent", "").AsString,
    };

    /// <summary>The stored attempts with one more; the oldest give way.</summary>
    public static byte[] AddAttempt(byte[] stored, DeliveryAttempt attempt)
    {
        var attempts = new Delivery { Attempts = { ParseAttempts(stored), attempt } };
        while (attempts.Attempts.Count > IDeliveryStore.AttemptsKept)
            attempts.Attempts.RemoveAt(0);
        return attempts.ToByteArray();
    }

    private static IEnumerable<DeliveryAttempt> ParseAttempts(byte[] stored) => Delivery.Parser.ParseFrom(stored).Attempts;
}
