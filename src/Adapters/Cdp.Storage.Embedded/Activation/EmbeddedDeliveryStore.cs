using System.Globalization;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Membership;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Failures;
using Cdp.Storage.Embedded.Sqlite;

namespace Cdp.Storage.Embedded.Activation;

/// <summary>Deliveries in SQLite.</summary>
public sealed class EmbeddedDeliveryStore(ActivationDatabase database) : IDeliveryStore
{
    /// <inheritdoc />
    public Task<long> PositionAsync(CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult(reader.Number("SELECT value FROM positions WHERE name = 'membership'"));
    }

    /// <inheritdoc />
    public Task<IReadOnlyCollection<string>> CommitAsync(MembershipCommit commit, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) =>
        {
            using var steps = new MembershipSteps(connection, commit.Now);
            var awake = steps.Take(commit.Steps);
            if (commit.Position is { } position)
                connection.Run("INSERT OR REPLACE INTO positions VALUES ('membership', $1)", position);
            if (commit.Filled is { } activation)
                EmbeddedActivationStore.StoreProgress(connection, activation);
            return awake;
        },
        cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<DueDelivery>> DueAsync(string destinationId, long now, int limit, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult<IReadOnlyList<DueDelivery>>(reader.Query(
            DeliveryRows.MapDue,
            $"SELECT {DeliveryRows.DueColumns} FROM deliveries INDEXED BY deliveries_due WHERE destination_id = $1 AND due_at <= $2 ORDER BY due_at, number LIMIT $3",
            destinationId, now, limit));
    }

    /// <inheritdoc />
    public Task<long?> NextDueAsync(string destinationId, long now, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        var next = reader.Query(
            row => row.GetInt64(0),
            "SELECT due_at FROM deliveries INDEXED BY deliveries_due WHERE destination_id = $1 AND due_at > $2 ORDER BY due_at LIMIT 1", destinationId, now);
        return Task.FromResult<long?>(next.Count > 0 ? next[0] : null);
    }

    /// <inheritdoc />
    public Task<bool> IsPendingAsync(string id, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult(reader.Number("SELECT state FROM deliveries WHERE id = $1", id) == (long)DeliveryState.Pending);
    }

    /// <inheritdoc />
    public Task RecordAsync(IReadOnlyCollection<DeliveryOutcome> outcomes, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) =>
        {
            using var keep = connection.Prepare(
                """
                UPDATE deliveries SET attempts = $2, attempts_made = attempts_made + 1, first_attempt_at = iif(first_attempt_at = 0, $3, first_attempt_at)
                WHERE id = $1
                """, "", Array.Empty<byte>(), 0);
            using var change = connection.Prepare(
                "UPDATE deliveries SET state = $2, reason = $3, retry_at = $4, due_at = NULL WHERE id = $1 AND state = 1", "", 0, "", 0);
            var lanes = new HashSet<Lane>();
            foreach (var outcome in outcomes)
            {
                var stored = connection.Query(
                    row => (Lane: Lanes.Map(row), Attempts: row.Bytes(2)), "SELECT destination_id, person_id, attempts FROM deliveries WHERE id = $1", outcome.Id);
                if (stored.Count == 0)
                    continue;
                if (outcome.Attempt is { } attempt)
                    keep.Run(outcome.Id, DeliveryRows.AddAttempt(stored[0].Attempts, attempt), attempt.At);
                change.Run(outcome.Id, (int)outcome.State, outcome.Reason, outcome.NextAttemptAt);
                lanes.Add(stored[0].Lane);
            }
            Lanes.Settle(connection, lanes);
        },
        cancellationToken);

    /// <inheritdoc />
    public Task<bool> ReplayAsync(string id, long now, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) =>
        {
            var replayed = connection.Run(
                """
                UPDATE deliveries SET state = 1, reason = '', attempts_made = 0, first_attempt_at = 0, retry_at = $2
                WHERE id = $1 AND state IN ($3, $4, $5) AND EXISTS (SELECT 1 FROM destinations WHERE destinations.id = destination_id)
                """,
                id, now, (int)DeliveryState.Delivered, (int)DeliveryState.Blocked, (int)DeliveryState.Dead) > 0;
            if (replayed)
                Lanes.Settle(connection, connection.Query(Lanes.Map, "SELECT destination_id, person_id FROM deliveries WHERE id = $1", id));
            return replayed;
        },
        cancellationToken);

    /// <inheritdoc />
    public Task<Delivery?> FindAsync(string id, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult(reader.Query(DeliveryRows.Map, $"SELECT {DeliveryRows.Columns} FROM deliveries WHERE id = $1", id).FirstOrDefault());
    }

    /// <inheritdoc />
    public Task<(IReadOnlyList<Delivery> Deliveries, string NextCursor)> ListAsync(
        DeliveryFilter filter, int limit, string cursor, CancellationToken cancellationToken)
    {
        var before = long.MaxValue;
        if (cursor.Length > 0 && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw Failure.Invalid("cursor", "is not a cursor of this list; expected the next_cursor of the former page");
        var where = "number < $1"
            + (filter.State == DeliveryState.Unspecified ? "" : " AND state = $3")
            + (filter.DestinationId.Length == 0 ? "" : " AND destination_id = $4")
            + (filter.ProfileId.Length == 0 ? "" : " AND (profile_id = $5 OR person_id = $5)");
        using var reader = database.Sqlite.OpenReader();
        var rows = reader.Query(
            row => (Delivery: DeliveryRows.Map(row), Number: row.GetInt64(DeliveryRows.Number)),
            $"SELECT {DeliveryRows.Columns} FROM deliveries WHERE {where} ORDER BY number DESC LIMIT $2",
            before, limit, (int)filter.State, filter.DestinationId, filter.ProfileId);
        var next = rows.Count == limit ? rows[^1].Number.ToString(CultureInfo.InvariantCulture) : "";
        return Task.FromResult<(IReadOnlyList<Delivery>, string)>(([.. rows.Select(r => r.Delivery)], next));
    }

    /// <inheritdoc />
    public Task<long> CountPendingAsync(CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult(reader.Number(
            "SELECT count(*) FROM deliveries INDEXED BY deliveries_in_lane WHERE state = 1 AND destination_id IN (SELECT id FROM destinations WHERE enabled)"));
    }

    /// <inheritdoc />
    public async Task<long> EraseAsync(IReadOnlyCollection<string> profileIds, CancellationToken cancellationToken)
    {
        var erased = await database.Sqlite.WriteAsync(
            (connection, _) => profileIds.Sum(id => (long)MembershipSteps.Forget(connection, id)), cancellationToken);
        await database.Sqlite.PurgeAsync(cancellationToken);
        return erased;
    }

    /// <inheritdoc />
    public Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken) =>
        database.Sqlite.WriteAsync((connection, _) => EndedDeliveries.Prune(connection, before, limit), cancellationToken);
}
