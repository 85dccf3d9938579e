using System.Globalization;
using Cdp.Activation;
using Cdp.Archives;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Archive.V1;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Activation;

/// <summary>Deliveries as records. Whose turn it is within a lane follows from them.</summary>
internal sealed class DeliveryArchives(ActivationDatabase database) : IArchived
{
    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives =>
    [
        new Archive<DeliveryRecord>(ActivationModule.Name, "deliveries", ReadDeliveriesAsync, WriteDeliveriesAsync),
        new Archive<PositionRecord>(ActivationModule.Name, "positions", ReadPositionsAsync, WritePositionsAsync),
    ];

    private Task<RecordPage<DeliveryRecord>> ReadDeliveriesAsync(string cursor, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult(reader.Page(
            Map,
            record => record.Number.ToString(CultureInfo.InvariantCulture),
            $"""
            SELECT {DeliveryRows.Columns}, person_id, told, cause, changed_at, attempts_made, first_attempt_at, retry_at
            FROM deliveries WHERE number > $1 ORDER BY number
            """,
            cursor.Length == 0 ? 0 : long.Parse(cursor, CultureInfo.InvariantCulture)));
    }

    private static DeliveryRecord Map(SqliteDataReader row)
    {
        var delivery = DeliveryRows.Map(row);
        delivery.NextAttemptAt = 0;
        return new DeliveryRecord
        {
            Delivery = delivery,
            Entered = row.GetBoolean(5),
            Number = row.GetInt64(DeliveryRows.Number),
            PersonId = row.GetString(DeliveryRows.Number + 1),
            Told = row.GetBoolean(DeliveryRows.Number + 2),
            Cause = row.GetString(DeliveryRows.Number + 3),
            ChangedAt = row.GetInt64(DeliveryRows.Number + 4),
            AttemptsMade = row.GetInt32(DeliveryRows.Number + 5),
            FirstAttemptAt = row.GetInt64(DeliveryRows.Number + 6),
            RetryAt = row.GetInt64(DeliveryRows.Number + 7),
        };
    }

    private Task WriteDeliveriesAsync(IReadOnlyList<DeliveryRecord> records, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) =>
        {
            foreach (var record in records)
                Write(connection, record);
            Lanes.Settle(connection, records.Where(r => r.Delivery.State == DeliveryState.Pending).Select(r => new Lane(r.Delivery.DestinationId, r.PersonId)).ToHashSet());
        },
        cancellationToken);

    private static void Write(SqliteConnection connection, DeliveryRecord record)
    {
        var delivery = record.Delivery;
        connection.Run(
            """
            INSERT OR REPLACE INTO deliveries (number, id, activation_id, destination_id, segment_key, profile_id, person_id, entered, told, cause, sequence,
                changed_at, created_at, state, reason, attempts, attempts_made, first_attempt_at, retry_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            """,
            record.Number, delivery.Id, delivery.ActivationId, delivery.DestinationId, delivery.SegmentKey, delivery.ProfileId, record.PersonId, record.Entered,
            record.Told, record.Cause, delivery.Sequence, record.ChangedAt, delivery.CreatedAt, (int)delivery.State, delivery.Reason,
            new Delivery { Attempts = { delivery.Attempts } }.ToByteArray(), record.AttemptsMade, record.FirstAttemptAt, record.RetryAt);
    }

    private Task<RecordPage<PositionRecord>> ReadPositionsAsync(string cursor, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult(Positions.Read(reader, "positions"));
    }

    private Task WritePositionsAsync(IReadOnlyList<PositionRecord> records, CancellationToken cancellationToken) =>
        Positions.WriteAsync(database.Sqlite, "positions", records, cancellationToken);
}
