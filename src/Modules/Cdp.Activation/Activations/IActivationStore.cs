namespace Cdp.Activation.Activations;

/// <summary>Where activations are kept.</summary>
public interface IActivationStore
{
    /// <summary>All activations, oldest first.</summary>
    Task<IReadOnlyList<StoredActivation>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Stores a new activation.</summary>
    Task AddAsync(StoredActivation activation, CancellationToken cancellationToken);

    /// <summary>Deletes an activation and cancels its pending deliveries, all or nothing. Idempotent.</summary>
    /// <param name="id">Activation id.</param>
    /// <param name="reason">Why the deliveries are cancelled.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task DeleteAsync(string id, string reason, CancellationToken cancellationToken);
}
