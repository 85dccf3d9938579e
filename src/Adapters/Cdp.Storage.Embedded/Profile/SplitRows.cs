using Cdp.Profile.Store;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Profile;

/// <summary>Moves the rows of a profile that is taken apart. Its parts' documents are written after it, as all documents are.</summary>
internal static class SplitRows
{
    /// <summary>Moves them; returns how many live profiles that cost.</summary>
    public static int Write(SqliteConnection connection, ProfileSplit split)
    {
        MoveEvents(connection, split);
        connection.Run("DELETE FROM absorbed WHERE profile_id = $1", split.ProfileId);
        foreach (var part in split.Parts)
        {
            foreach (var absorbed in part.AbsorbedIds)
                connection.Run("INSERT OR REPLACE INTO absorbed VALUES ($1, $2, $3)", absorbed, part.ProfileId, split.Sequence);
            connection.Run("INSERT OR REPLACE INTO rebuilt VALUES ($1, $2)", part.ProfileId, split.Sequence);
        }
        var deleted = 0;
        foreach (var id in split.Gone)
        {
            deleted += connection.Run("DELETE FROM profiles WHERE id = $1", id);
            connection.Run("INSERT OR REPLACE INTO rebuilt VALUES ($1, $2)", id, split.Sequence);
        }
        return deleted;
    }

    private static void MoveEvents(SqliteConnection connection, ProfileSplit split)
    {
        var owners = new Dictionary<(int, long), string>();
        foreach (var part in split.Parts)
        {
            foreach (var position in part.Events)
                owners[position] = part.ProfileId;
        }
        var rows = connection.Query(
            row => (At: row.GetInt64(0), Partition: row.GetInt32(1), Offset: row.GetInt64(2)),
            """SELECT at, "partition", "offset" FROM timeline WHERE profile_id = $1""", split.ProfileId);
        const string Row = """WHERE profile_id = ?1 AND at = ?2 AND "partition" = ?3 AND "offset" = ?4""";
        using var move = new PreparedStatement(connection, $"UPDATE timeline SET profile_id = ?5, sequence = ?6 {Row}");
        using var delete = new PreparedStatement(connection, $"DELETE FROM timeline {Row}");
        foreach (var (at, partition, offset) in rows)
        {
            if (owners.TryGetValue((partition, offset), out var owner))
                move.Bind(split.ProfileId).Bind(at).Bind(partition).Bind(offset).Bind(owner).Bind(split.Sequence).Run();
            else
                delete.Bind(split.ProfileId).Bind(at).Bind(partition).Bind(offset).Run();
        }
    }
}
