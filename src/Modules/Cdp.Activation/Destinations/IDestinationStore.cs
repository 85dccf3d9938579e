namespace Cdp.Activation.Destinations;

/// <summary>Where destinations are kept.</summary>
public interface IDestinationStore
{
    /// <summary>All destinations, oldest first.</summary>
    Task<IReadOnlyList<StoredDestination>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Creates or replaces a destination.</summary>
    Task PutAsync(StoredDestination destination, CancellationToken cancellationToken);

    /// <summary>Deletes a destination with its activations and cancels its pending deliveries, all or nothing. Idempotent.</summary>
    /// <param name="id">Destination id.</param>
    /// <param name="reason">Why the deliveries are cancelled.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task DeleteAsync(string id, string reason, CancellationToken cancellationToken);
}
