using Cdp.Activation.Destinations;
using Cdp.Contracts.Activation.V1;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;

namespace Cdp.Storage.Embedded.Activation;

/// <summary>Destinations in SQLite.</summary>
public sealed class EmbeddedDestinationStore(ActivationDatabase database) : IDestinationStore
{
    /// <inheritdoc />
    public Task<IReadOnlyList<StoredDestination>> ListAsync(CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult<IReadOnlyList<StoredDestination>>(reader.Query(
            row => new StoredDestination(Destination.Parser.ParseFrom(row.Bytes(0)), row.Bytes(1)), "SELECT destination, secret FROM destinations ORDER BY id"));
    }

    /// <inheritdoc />
    public Task PutAsync(StoredDestination destination, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) => connection.Run(
            "INSERT OR REPLACE INTO destinations VALUES ($1, $2, $3, $4)",
            destination.Definition.Id, destination.Definition.Enabled, destination.Definition.ToByteArray(), destination.ProtectedSecret),
        cancellationToken);

    /// <inheritdoc />
    public Task DeleteAsync(string id, string reason, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) =>
        {
            connection.Run("DELETE FROM activations WHERE destination_id = $1", id);
            connection.Run("DELETE FROM destinations WHERE id = $1", id);
            connection.Run(
                "UPDATE deliveries SET state = $2, reason = $3, due_at = NULL WHERE destination_id = $1 AND state = 1",
                id, (int)DeliveryState.Cancelled, reason);
        },
        cancellationToken);
}
