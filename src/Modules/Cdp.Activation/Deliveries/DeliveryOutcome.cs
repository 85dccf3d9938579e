using Cdp.Contracts.Activation.V1;

namespace Cdp.Activation.Deliveries;

/// <summary>What became of a delivery whose turn it was.</summary>
/// <param name="Id">Delivery id.</param>
/// <param name="State">Its state from now on; pending where it is tried again.</param>
/// <param name="Reason">Why.</param>
/// <param name="NextAttemptAt">When it is tried again, ms since 1970; 0 where it is not.</param>
/// <param name="Attempt">The attempt that was made; null where nothing was sent.</param>
public sealed record DeliveryOutcome(string Id, DeliveryState State, string Reason, long NextAttemptAt, DeliveryAttempt? Attempt);
