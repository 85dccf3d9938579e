using Cdp.Activation.Membership;
using Cdp.Contracts.Activation.V1;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Activation;

/// <summary>Takes the steps of one commit within its transaction.</summary>
internal sealed class MembershipSteps(SqliteConnection connection, long now) : IDisposable
{
    private readonly HashSet<Lane> _touched = [];
    private readonly SqliteCommand _insert = connection.Prepare(
        """
        INSERT OR IGNORE INTO deliveries (id, activation_id, destination_id, segment_key, profile_id, person_id, entered, told, cause, sequence, changed_at,
            created_at, state, reason, attempts, attempts_made, first_attempt_at, retry_at, traceparent)
        VALUES ($1, $2, $3, $4, $5, $5, $6, $6, $7, $8, $9, $10, $11, '', x'', 0, 0, $10, $12)
        """, "", "", "", "", "", false, "", 0, 0, now, (int)DeliveryState.Pending, "");
    private readonly SqliteCommand _told = connection.Prepare(
        "SELECT 1 FROM deliveries INDEXED BY deliveries_by_person WHERE person_id = $1 AND activation_id = $2 AND told LIMIT 1", "", "");
    private readonly SqliteCommand _elsewhere = connection.Prepare(
        "SELECT DISTINCT destination_id, person_id FROM deliveries INDEXED BY deliveries_by_profile WHERE profile_id = $1 AND person_id <> $1", "");
    private readonly SqliteCommand _left = connection.Prepare(
        "UPDATE deliveries INDEXED BY deliveries_by_person SET told = 0 WHERE person_id = $1 AND activation_id = $2 AND told", "", "");

    /// <summary>Takes all steps; returns the destinations that may have something to send now.</summary>
    public IReadOnlyCollection<string> Take(IEnumerable<MembershipStep> steps)
    {
        foreach (var step in steps)
            Take(step);
        Lanes.Settle(connection, _touched);
        return [.. _touched.Select(lane => lane.DestinationId).Distinct(StringComparer.Ordinal)];
    }

    public void Dispose()
    {
        _insert.Dispose();
        _told.Dispose();
        _elsewhere.Dispose();
        _left.Dispose();
    }

    private void Take(MembershipStep step)
    {
        switch (step)
        {
            case MembershipStep.Deliver deliver:
                Deliver(deliver);
                break;
            case MembershipStep.Merge merge:
                Merge(merge);
                break;
            case MembershipStep.Forget forget:
                Forget(connection, forget.ProfileId);
                break;
            default:
                throw new NotSupportedException($"Steps of the type {step.GetType()} are not known to this store.");
        }
    }

    private void Deliver(MembershipStep.Deliver step)
    {
        var (activation, profileId, entered, cause, sequence, changedAt) = step.Delivery;
        if (step.OnlyIfUntold && IsTold(profileId, activation.Id))
            return;
        if (entered && !step.OnlyIfUntold)
            TakeBack(profileId);
        var inserted = _insert.Run(
            step.Delivery.Id, activation.Id, activation.DestinationId, activation.SegmentKey, profileId, entered, cause, sequence, changedAt, now, (int)DeliveryState.Pending,
            step.Delivery.Traceparent);
        if (inserted == 0)
            return;
        if (!entered)
            _left.Run(profileId, activation.Id);
        _touched.Add(new Lane(activation.DestinationId, profileId));
    }

    // Who was absorbed and enters is a person of its own again.
    private void TakeBack(string profileId)
    {
        _elsewhere.Parameters[0].Value = profileId;
        var lanes = new List<Lane>();
        using (var rows = _elsewhere.ExecuteReader())
        {
            while (rows.Read())
                lanes.Add(Lanes.Map(rows));
        }
        if (lanes.Count == 0)
            return;
        connection.Run("UPDATE deliveries SET person_id = profile_id WHERE profile_id = $1", profileId);
        foreach (var lane in lanes)
            _touched.UnionWith([lane, lane with { PersonId = profileId }]);
    }

    private bool IsTold(string personId, string activationId)
    {
        _told.Parameters[0].Value = personId;
        _told.Parameters[1].Value = activationId;
        return _told.ExecuteScalar() is not null;
    }

    private void Merge(MembershipStep.Merge step)
    {
        var lanes = connection.Query(Lanes.Map, "SELECT DISTINCT destination_id, person_id FROM deliveries WHERE person_id = $1 AND state = 1", step.AbsorbedId);
        connection.Run("UPDATE deliveries SET person_id = $2 WHERE person_id = $1", step.AbsorbedId, step.SurvivorId);
        foreach (var lane in lanes)
            _touched.Add(lane with { PersonId = step.SurvivorId });
    }

    /// <summary>Deletes what is stored about a profile; returns how many deliveries that were.</summary>
    public static int Forget(SqliteConnection connection, string profileId)
    {
        var lanes = connection.Query(
            Lanes.Map, "SELECT DISTINCT destination_id, person_id FROM deliveries WHERE (profile_id = $1 OR person_id = $1) AND state = 1", profileId);
        var deleted = connection.Run("DELETE FROM deliveries WHERE profile_id = $1 OR person_id = $1", profileId);
        Lanes.Settle(connection, lanes);
        return deleted;
    }
}
