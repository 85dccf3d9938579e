using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.SegmentSearch;

/// <summary>Forgets entries and exits from the start of the history on.</summary>
internal static class HistoryPruning
{
    /// <summary>Deletes the oldest up to a moment and a sequence; returns how many. Part of a transaction.</summary>
    public static int Prune(SqliteConnection connection, long before, long until, int limit)
    {
        var oldest = connection.Query(
            row => (Sequence: row.GetInt64(0), At: row.GetInt64(1)), "SELECT sequence, at FROM history WHERE sequence <= $1 ORDER BY sequence LIMIT $2", until, limit);
        var last = oldest.TakeWhile(change => change.At < before).LastOrDefault().Sequence;
        // Who left and whose exit is forgotten was never there.
        connection.Run(
            """
            DELETE FROM memberships WHERE (segment_id, profile_id) IN (SELECT segment_id, profile_id FROM history WHERE sequence <= $1)
                AND entered_at IS NULL AND latest <= $1
            """,
            last);
        return connection.Run("DELETE FROM history WHERE sequence <= $1", last);
    }
}
