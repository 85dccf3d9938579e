using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Activation;

/// <summary>Deletes deliveries that nothing needs any more.</summary>
internal static class EndedDeliveries
{
    /// <summary>Deletes some of those made before a moment; returns how many. Part of a transaction.</summary>
    public static int Prune(SqliteConnection connection, long before, int limit)
    {
        var pruned = connection.Run(
            """
            DELETE FROM deliveries WHERE number IN (
                SELECT number FROM deliveries INDEXED BY deliveries_ended WHERE state <> 1 AND NOT told AND created_at < $1 LIMIT $2)
            """,
            before, limit);
        return pruned > 0 ? pruned : PruneTold(connection, before, limit);
    }

    // What a deleted activation has told of, it is never asked again. Ids of activations are stepped through in the index,
    // because each may have very many deliveries.
    private static int PruneTold(SqliteConnection connection, long before, int limit) => connection.Run(
        """
        WITH RECURSIVE told_by (id) AS (
            SELECT min(activation_id) FROM deliveries INDEXED BY deliveries_ended_told WHERE state <> 1 AND told
            UNION ALL
            SELECT (SELECT min(activation_id) FROM deliveries INDEXED BY deliveries_ended_told WHERE state <> 1 AND told AND activation_id > told_by.id)
            FROM told_by WHERE told_by.id IS NOT NULL)
        DELETE FROM deliveries WHERE number IN (
            SELECT number FROM told_by CROSS JOIN deliveries INDEXED BY deliveries_ended_told ON activation_id = told_by.id
            WHERE state <> 1 AND told AND created_at < $1 AND told_by.id NOT IN (SELECT id FROM activations) LIMIT $2)
        """,
        before, limit);
}
