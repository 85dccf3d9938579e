using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Activation;

/// <summary>A person and a destination: deliveries of one lane are sent one after the other.</summary>
internal readonly record struct Lane(string DestinationId, string PersonId);

/// <summary>Gives the earliest pending delivery of a lane its turn.</summary>
internal static class Lanes
{
    /// <summary>A row of destination and person.</summary>
    public static Lane Map(SqliteDataReader row) => new(row.GetString(0), row.GetString(1));

    /// <summary>To be done for each lane in which a delivery came, went or changed its state; part of a transaction.</summary>
    public static void Settle(SqliteConnection connection, IEnumerable<Lane> lanes)
    {
        using var hold = connection.Prepare(
            "UPDATE deliveries INDEXED BY deliveries_in_lane SET due_at = NULL WHERE destination_id = $1 AND person_id = $2 AND state = 1 AND due_at IS NOT NULL", "", "");
        using var turn = connection.Prepare(
            """
            UPDATE deliveries SET due_at = retry_at WHERE number =
                (SELECT number FROM deliveries INDEXED BY deliveries_in_lane WHERE destination_id = $1 AND person_id = $2 AND state = 1 ORDER BY number LIMIT 1)
            """, "", "");
        foreach (var lane in lanes)
        {
            hold.Run(lane.DestinationId, lane.PersonId);
            turn.Run(lane.DestinationId, lane.PersonId);
        }
    }
}
