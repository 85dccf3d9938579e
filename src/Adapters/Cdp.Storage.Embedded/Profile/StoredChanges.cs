using Cdp.Contracts.Profile.V1;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Profile;

/// <summary>The feed of changed profiles, read from the rows.</summary>
internal static class StoredChanges
{
    /// <summary>Changes after a sequence, at most some sequences; and the sequence read up to. Within a snapshot.</summary>
    public static (IReadOnlyList<ProfileChange> Changes, long Sequence) After(SqliteConnection reader, long sequence, int limit)
    {
        var head = reader.Number("SELECT value FROM positions WHERE name = 'feed'");
        var until = Math.Min(head, sequence + limit);
        var changes = new Dictionary<string, ProfileChange>(StringComparer.Ordinal);
        ProfileChange Change(string id)
        {
            if (!changes.TryGetValue(id, out var change))
                changes[id] = change = new ProfileChange { Sequence = until, Profile = new ProfileDocument { Id = id } };
            return change;
        }

        reader.Query(row => Change(row.GetString(0)), "SELECT id FROM profiles WHERE sequence > $1 AND sequence <= $2", sequence, until);
        reader.Query(
            row => Add(Change(row.GetString(0)), TimelineEvent.Parser.ParseFrom(row.Bytes(1))),
            "SELECT profile_id, event FROM timeline WHERE sequence > $1 AND sequence <= $2 AND length(event) > 0 ORDER BY sequence", sequence, until);
        reader.Query(
            row => { Change(row.GetString(0)).MergedFrom.Add(row.GetString(1)); return 0; },
            "SELECT profile_id, id FROM absorbed WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence", sequence, until);
        var rebuilt = reader.Query(
            row => (Id: row.GetString(0), Owner: row.IsDBNull(1) ? null : row.GetString(1)),
            """
            SELECT id, (SELECT id FROM profiles WHERE id = coalesce((SELECT profile_id FROM absorbed WHERE id = rebuilt.id), rebuilt.id))
            FROM rebuilt WHERE sequence > $1 AND sequence <= $2
            """,
            sequence, until);
        foreach (var owner in rebuilt.Select(r => r.Owner).OfType<string>().Distinct(StringComparer.Ordinal))
            changes[owner] = Whole(reader, owner, until);
        foreach (var change in changes.Values)
        {
            var stored = reader.Query(row => row.Bytes(0), "SELECT profile FROM profiles WHERE id = $1", change.Profile.Id);
            change.Profile = StoredProfile.Parser.ParseFrom(stored[0]).Document;
        }
        // Deletions come first: a person whose id is in use again has nothing of what there was before.
        var deleted = reader.Query(row => Deletion(row.GetString(0)), "SELECT id FROM deleted WHERE sequence > $1 AND sequence <= $2", sequence, until);
        foreach (var (id, _) in rebuilt.Where(r => r.Owner is null))
        {
            deleted.Add(Deletion(id));
            deleted[^1].Rebuilt = true;
        }
        return ([.. deleted, .. changes.Values], until);

        ProfileChange Deletion(string id) => new() { Sequence = until, Deleted = true, Profile = new ProfileDocument { Id = id } };
    }

    // All that there is of a profile, which whoever reads has to take in the place of what was read before: an event may have been
    // given under this id by an earlier read, because the profile was to absorb the event's.
    private static ProfileChange Whole(SqliteConnection reader, string id, long until)
    {
        var change = new ProfileChange { Sequence = until, Profile = new ProfileDocument { Id = id }, Rebuilt = true };
        change.MergedFrom.AddRange(reader.Query(row => row.GetString(0), "SELECT id FROM absorbed WHERE profile_id = $1", id));
        reader.Query(
            row => Add(change, TimelineEvent.Parser.ParseFrom(row.Bytes(0))),
            "SELECT event FROM timeline WHERE profile_id = $1 AND sequence <= $2 AND length(event) > 0 ORDER BY sequence", id, until);
        return change;
    }

    private static TimelineEvent Add(ProfileChange change, TimelineEvent timeline)
    {
        change.Events.Add(timeline);
        change.ReceivedAt = Math.Max(change.ReceivedAt, timeline.ReceivedAt);
        return timeline;
    }
}
