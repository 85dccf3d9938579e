using Cdp.Activation.Membership;
using Cdp.Contracts.Activation.V1;

namespace Cdp.Activation.Deliveries;

/// <summary>
/// Deliveries and the position in the feed that they come from. Of the pending deliveries about one person to one
/// destination, only the earliest has its turn.
/// </summary>
public interface IDeliveryStore
{
    /// <summary>Attempts kept of one delivery.</summary>
    const int AttemptsKept = 50;

    /// <summary>Sequence of the feed of entries and exits that has been turned into deliveries.</summary>
    Task<long> PositionAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes the steps in order and stores the progress, all or nothing; durable when it returns. Returns the destinations
    /// that may have something to send now.
    /// </summary>
    Task<IReadOnlyCollection<string>> CommitAsync(MembershipCommit commit, CancellationToken cancellationToken);

    /// <summary>Deliveries to a destination whose turn it is and that are due, longest due first.</summary>
    Task<IReadOnlyList<DueDelivery>> DueAsync(string destinationId, long now, int limit, CancellationToken cancellationToken);

    /// <summary>When the next delivery to a destination becomes due, of those that are not due yet; null where none does.</summary>
    Task<long?> NextDueAsync(string destinationId, long now, CancellationToken cancellationToken);

    /// <summary>Whether a delivery is still to be sent.</summary>
    Task<bool> IsPendingAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// Stores outcomes, all or nothing; durable when it returns. Of a delivery that was cancelled meanwhile only the attempt
    /// is kept, of one that was erased nothing.
    /// </summary>
    Task RecordAsync(IReadOnlyCollection<DeliveryOutcome> outcomes, CancellationToken cancellationToken);

    /// <summary>Makes a delivered, blocked or dead delivery pending again; false where it is in another state, unknown, or its destination is gone.</summary>
    Task<bool> ReplayAsync(string id, long now, CancellationToken cancellationToken);

    /// <summary>One delivery; null where there is none.</summary>
    Task<Delivery?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Deliveries, newest first, after a cursor.</summary>
    Task<(IReadOnlyList<Delivery> Deliveries, string NextCursor)> ListAsync(DeliveryFilter filter, int limit, string cursor, CancellationToken cancellationToken);

    /// <summary>Pending deliveries to enabled destinations.</summary>
    Task<long> CountPendingAsync(CancellationToken cancellationToken);

    /// <summary>Deletes the deliveries about profiles; returns how many. When it returns, the bytes are gone.</summary>
    Task<long> EraseAsync(IReadOnlyCollection<string> profileIds, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes at most <paramref name="limit"/> deliveries that have ended and were made before a moment, ms since 1970; returns how
    /// many, 0 where none is left. An entry that an activation has told of without an exit after it stays: by it the
    /// activation knows that it told.
    /// </summary>
    Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken);
}
