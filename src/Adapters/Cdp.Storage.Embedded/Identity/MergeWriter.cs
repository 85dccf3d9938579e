using Cdp.Contracts.Identity.V1;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Identity;

/// <summary>Writes the merges of one batch: everybody goes to the last survivor at once, however long the chain of merges.</summary>
internal static class MergeWriter
{
    public static void Write(SqliteConnection connection, IReadOnlyList<Merge> merges)
    {
        if (merges.Count == 0)
            return;
        var survivors = new Dictionary<string, string>(merges.Count, StringComparer.Ordinal);
        // The last merges first: whom a survivor goes to itself is known by then.
        for (var i = merges.Count - 1; i >= 0; i--)
            survivors[merges[i].AbsorbedId] = survivors.GetValueOrDefault(merges[i].SurvivorId, merges[i].SurvivorId);
        foreach (var (absorbed, survivor) in survivors)
        {
            connection.Run("UPDATE identifiers SET person_id = $1 WHERE person_id = $2", survivor, absorbed);
            connection.Run("UPDATE absorbed SET person_id = $1 WHERE person_id = $2", survivor, absorbed);
            connection.Run("DELETE FROM persons WHERE id = $1", absorbed);
        }
        foreach (var (absorbed, survivor) in survivors)
            connection.Run("INSERT INTO absorbed VALUES ($1, $2)", absorbed, survivor);
        foreach (var merge in merges)
            connection.Run("INSERT INTO merges VALUES ($1, $2, $3, $4)", merge.Sequence, merge.SurvivorId, merge.AbsorbedId, merge.ToByteArray());
        connection.Run("INSERT OR REPLACE INTO counters VALUES ('merge', $1)", merges[^1].Sequence);
    }
}
