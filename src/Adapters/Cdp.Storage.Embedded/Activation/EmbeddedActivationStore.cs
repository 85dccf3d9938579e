using Cdp.Activation.Activations;
using Cdp.Contracts.Activation.V1;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Activation;

/// <summary>Activations in SQLite.</summary>
public sealed class EmbeddedActivationStore(ActivationDatabase database) : IActivationStore
{
    /// <inheritdoc />
    public Task<IReadOnlyList<StoredActivation>> ListAsync(CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult<IReadOnlyList<StoredActivation>>(reader.Query(
            row => new StoredActivation(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4), row.GetString(5), row.GetInt64(6)),
            "SELECT id, segment_key, destination_id, created_at, start_sequence, fill_cursor, fill_until FROM activations ORDER BY id"));
    }

    /// <inheritdoc />
    public Task AddAsync(StoredActivation activation, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) => connection.Run(
            "INSERT INTO activations VALUES ($1, $2, $3, $4, $5, $6, $7)",
            activation.Id, activation.SegmentKey, activation.DestinationId, activation.CreatedAt,
            activation.StartSequence, activation.FillCursor, activation.FillUntil),
        cancellationToken);

    /// <inheritdoc />
    public Task DeleteAsync(string id, string reason, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) =>
        {
            connection.Run("DELETE FROM activations WHERE id = $1", id);
            var lanes = connection.Query(Lanes.Map, "SELECT DISTINCT destination_id, person_id FROM deliveries WHERE activation_id = $1 AND state = 1", id);
            connection.Run(
                "UPDATE deliveries SET state = $2, reason = $3, due_at = NULL WHERE activation_id = $1 AND state = 1",
                id, (int)DeliveryState.Cancelled, reason);
            // Deliveries of other activations may have waited behind them.
            Lanes.Settle(connection, lanes);
        },
        cancellationToken);

    /// <summary>Stores how far an activation has read its members; part of a transaction.</summary>
    internal static void StoreProgress(SqliteConnection connection, StoredActivation activation) => connection.Run(
        "UPDATE activations SET fill_cursor = $2, fill_until = $3 WHERE id = $1", activation.Id, activation.FillCursor, activation.FillUntil);
}
