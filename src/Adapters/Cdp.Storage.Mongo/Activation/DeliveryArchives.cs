using System.Globalization;
using Cdp.Activation;
using Cdp.Archives;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Archive.V1;
using Cdp.Storage.Mongo.Commits;
using Google.Protobuf;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Activation;

/// <summary>Deliveries as records. Whose turn it is within a lane follows from them.</summary>
internal sealed class DeliveryArchives(MongoStage stage) : IArchived
{
    private const int PageRecords = 1000;
    private readonly IMongoCollection<BsonDocument> _deliveries = stage.Collection(MongoActivationSchema.Deliveries);

    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives =>
    [
        new Archive<DeliveryRecord>(ActivationModule.Name, "deliveries", ReadAsync, WriteAsync),
        new PositionArchive(stage, [MongoDeliveryStore.Membership]).Archive,
    ];

    private async Task<RecordPage<DeliveryRecord>> ReadAsync(string cursor, CancellationToken cancellationToken)
    {
        var after = cursor.Length == 0 ? 0 : long.Parse(cursor, CultureInfo.InvariantCulture);
        var found = await _deliveries.Find(new BsonDocument("number", new BsonDocument("$gt", after))).Sort(new BsonDocument("number", 1)).Limit(PageRecords).ToListAsync(cancellationToken);
        return new RecordPage<DeliveryRecord>(
            [.. found.Select(ToRecord)], found.Count == PageRecords ? found[^1]["number"].AsInt64.ToString(CultureInfo.InvariantCulture) : null);
    }

    private Task WriteAsync(IReadOnlyList<DeliveryRecord> records, CancellationToken cancellationToken) => stage.CommitAsync(
        async (positions, stop) =>
        {
            var rows = new DeliveryRows(_deliveries);
            await rows.LoadAsync("_id", records.Select(record => record.Delivery.Id), stop);
            foreach (var record in records.Where(record => rows.Find(record.Delivery.Id) is null))
                rows.Add(new DeliveryRow(ToDocument(record), isStored: false));
            await Lanes.SettleAsync(rows, rows.All.Where(row => row.IsPending).Select(row => row.Lane).ToHashSet(StringComparer.Ordinal), stop);
            var commit = rows.ToCommit(positions);
            commit.Positions![MongoDeliveryStore.Number] = Math.Max(positions.GetValue(MongoDeliveryStore.Number, 0L).AsInt64, records[^1].Number);
            return commit;
        },
        cancellationToken);

    private static DeliveryRecord ToRecord(BsonDocument document)
    {
        var delivery = DeliveryDocuments.Map(document);
        delivery.NextAttemptAt = 0;
        return new DeliveryRecord
        {
            Number = document["number"].AsInt64,
            Delivery = delivery,
            PersonId = document["person"].AsString,
            Entered = document["entered"].AsBoolean,
            Told = document.Contains("told"),
            Cause = document["cause"].AsString,
            ChangedAt = document["changed_at"].AsInt64,
            AttemptsMade = document["attempts_made"].AsInt32,
            FirstAttemptAt = document["first_attempt_at"].AsInt64,
            RetryAt = document["retry_at"].AsInt64,
        };
    }

    private static BsonDocument ToDocument(DeliveryRecord record)
    {
        var delivery = record.Delivery;
        var document = new BsonDocument
        {
            { "_id", delivery.Id },
            { "number", record.Number },
            { "activation", delivery.ActivationId },
            { "destination", delivery.DestinationId },
            { "segment", delivery.SegmentKey },
            { "profile", delivery.ProfileId },
            { "person", record.PersonId },
            { "entered", record.Entered },
            { "cause", record.Cause },
            { "sequence", delivery.Sequence },
            { "changed_at", record.ChangedAt },
            { "created_at", delivery.CreatedAt },
            { "state", (int)delivery.State },
            { "reason", delivery.Reason },
            { "attempts", new Delivery { Attempts = { delivery.Attempts } }.ToByteArray() },
            { "attempts_made", record.AttemptsMade },
            { "first_attempt_at", record.FirstAttemptAt },
            { "retry_at", record.RetryAt },
        };
        if (delivery.State == DeliveryState.Pending)
            document["lane"] = Lanes.Of(delivery.DestinationId, record.PersonId);
        if (record.Told)
            document["told"] = DeliveryRow.ToldOf(delivery.ActivationId, record.PersonId);
        return document;
    }
}
