using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Splitting;
using Cdp.Identity.Store;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Identity;

/// <summary>Writes splits, and takes erased persons out of them.</summary>
internal static class SplitWriter
{
    /// <summary>Replaces the person by its parts.</summary>
    public static void Write(SqliteConnection connection, SplitCommit commit)
    {
        var split = commit.Split;
        var former = split.PersonId;
        foreach (var id in connection.Query(row => row.GetString(0), "SELECT $1 UNION ALL SELECT id FROM absorbed WHERE person_id = $1", former))
            connection.Run("DELETE FROM ties WHERE person_id = $1", id);
        connection.Run("DELETE FROM absorbed WHERE person_id = $1", former);
        connection.Run("DELETE FROM persons WHERE id = $1", former);
        foreach (var founder in commit.Created)
            connection.Run("INSERT INTO founders VALUES ($1, $2, $3, $4)", founder.Id, founder.CreatedAt, founder.First.Type, founder.First.Value);
        foreach (var part in split.Parts)
        {
            connection.Run("INSERT INTO persons VALUES ($1, $2)", part.PersonId, part.CreatedAt);
            foreach (var identifier in part.Identifiers)
                connection.Run("UPDATE identifiers SET person_id = $1 WHERE type = $2 AND value = $3", part.PersonId, identifier.Type, identifier.Value);
            foreach (var absorbed in part.AbsorbedIds)
                connection.Run("INSERT INTO absorbed VALUES ($1, $2)", absorbed, part.PersonId);
            connection.Run("INSERT INTO split_persons VALUES ($1, $2)", part.PersonId, split.Sequence);
        }
        EmbeddedIdentityStore.AddTies(connection, commit.Ties);
        foreach (var (left, right, ofAlias, sequence) in commit.Separations)
            connection.Run("INSERT OR REPLACE INTO separations VALUES ($1, $2, $3, $4, $5, $6)", left.Type, left.Value, right.Type, right.Value, ofAlias, sequence);
        foreach (var sequence in commit.Undone)
        {
            var merge = connection.Query(row => Merge.Parser.ParseFrom(row.Bytes(0)), "SELECT merge FROM merges WHERE sequence = $1", sequence)[0];
            merge.UndoneBy = split.Sequence;
            connection.Run("UPDATE merges SET merge = $2 WHERE sequence = $1", sequence, merge.ToByteArray());
        }
        foreach (var merge in commit.Merges)
            connection.Run("INSERT INTO merges VALUES ($1, $2, $3, $4)", merge.Sequence, merge.SurvivorId, merge.AbsorbedId, merge.ToByteArray());
        connection.Run("INSERT INTO splits VALUES ($1, $2)", split.Sequence, split.ToByteArray());
        connection.Run("INSERT OR REPLACE INTO counters VALUES ('merge', $1)", split.Sequence + commit.Merges.Count);
    }

    /// <summary>Takes what is personal of a person out of the splits that it came from, and forgets its separations.</summary>
    public static void Forget(SqliteConnection connection, string canonical, IReadOnlyList<string> absorbed)
    {
        var held = connection.Query(row => (row.GetString(0), row.GetString(1)), "SELECT type, value FROM identifiers WHERE person_id = $1", canonical).ToHashSet();
        foreach (var (type, value) in held)
            connection.Run("DELETE FROM separations WHERE (a_type = $1 AND a_value = $2) OR (b_type = $1 AND b_value = $2)", type, value);
        foreach (var id in (string[])[canonical, .. absorbed])
        {
            foreach (var sequence in connection.Query(row => row.GetInt64(0), "SELECT sequence FROM split_persons WHERE person_id = $1", id))
            {
                var split = connection.Query(row => Split.Parser.ParseFrom(row.Bytes(0)), "SELECT split FROM splits WHERE sequence = $1", sequence)[0];
                connection.Run("UPDATE splits SET split = $2 WHERE sequence = $1", sequence, SplitErasure.Without(split, held).ToByteArray());
            }
            connection.Run("DELETE FROM split_persons WHERE person_id = $1", id);
        }
    }
}
