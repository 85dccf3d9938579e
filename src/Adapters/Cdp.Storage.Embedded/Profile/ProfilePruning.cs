using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Profile;

/// <summary>Forgets some of what is older than a moment; returns how much. Part of a transaction.</summary>
internal static class ProfilePruning
{
    public static int DeleteDeadLetters(SqliteConnection connection, long before, int limit) => connection.Run(
        """
        DELETE FROM dead_letters WHERE ("partition", "offset") IN (
            SELECT "partition", "offset" FROM dead_letters INDEXED BY dead_letters_by_time WHERE failed_at < $1 LIMIT $2)
        """,
        before, limit);

    // The row stays, because it says where the event lies in the log.
    public static int ForgetEvents(SqliteConnection connection, long before, int limit)
    {
        // Made where timelines are kept for a time only: it costs a twelfth of the events that a second takes.
        connection.Run("CREATE INDEX IF NOT EXISTS timeline_by_age ON timeline (at) WHERE length(event) > 0");
        return connection.Run(
            """
            UPDATE timeline SET event = x'' WHERE (profile_id, at, "partition", "offset") IN (
                SELECT profile_id, at, "partition", "offset" FROM timeline INDEXED BY timeline_by_age WHERE length(event) > 0 AND at < $1 LIMIT $2)
            """,
            before, limit);
    }
}
