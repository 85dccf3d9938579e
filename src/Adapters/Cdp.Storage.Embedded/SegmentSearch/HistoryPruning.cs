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
            row => (Sequence: row.GetInt64(0), At: row.GetInt64(1), Segment: row.GetInt64(2), ProfileId: row.GetString(3)),
            "SELECT sequence, at, segment_id, profile_id FROM history WHERE sequence <= $1 ORDER BY sequence LIMIT $2",
            until, limit);
        var pruned = oldest.TakeWhile(change => change.At < before).ToList();
        var last = pruned.LastOrDefault().Sequence;
        // Who left and whose exit is forgotten was never there.
        using var forget = connection.Prepare(
            "DELETE FROM memberships WHERE segment_id = $1 AND profile_id = $2 AND entered_at IS NULL AND latest <= $3", 0, "", last);
        foreach (var change in pruned)
            forget.Run(change.Segment, change.ProfileId, last);
        return connection.Run("DELETE FROM history WHERE sequence <= $1", last);
    }
}
