using Cdp.Activation.Deliveries;
using Cdp.Contracts.Activation.V1;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Activation;

/// <summary>How deliveries stand in their table.</summary>
internal static class DeliveryRows
{
    /// <summary>Columns that <see cref="Map"/> reads.</summary>
    public const string Columns =
        "id, activation_id, destination_id, segment_key, profile_id, entered, sequence, created_at, state, reason, attempts, coalesce(due_at, 0), number";

    /// <summary>Column of the number, which is the cursor of a list.</summary>
    public const int Number = 12;

    /// <summary>Columns that <see cref="MapDue"/> reads.</summary>
    public const string DueColumns =
        "id, destination_id, person_id, segment_key, profile_id, entered, cause, sequence, changed_at, attempts_made, first_attempt_at, traceparent";

    public static Delivery Map(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        ActivationId = row.GetString(1),
        DestinationId = row.GetString(2),
        SegmentKey = row.GetString(3),
        ProfileId = row.GetString(4),
        EventType = DueDelivery.TypeOf(row.GetBoolean(5)),
        Sequence = row.GetInt64(6),
        CreatedAt = row.GetInt64(7),
        State = (DeliveryState)row.GetInt32(8),
        Reason = row.GetString(9),
        Attempts = { ParseAttempts(row.Bytes(10)) },
        NextAttemptAt = row.GetInt64(11),
    };

    public static DueDelivery MapDue(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetBoolean(5), row.GetString(6),
        row.GetInt64(7), row.GetInt64(8), row.GetInt32(9), row.GetInt64(10)) { Traceparent = row.GetString(11) };

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
