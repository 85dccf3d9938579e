using Cdp.Contracts.Activation.V1;

namespace Cdp.Activation.Destinations;

/// <summary>A destination as it is stored.</summary>
/// <param name="Definition">What everyone may see; never modified.</param>
/// <param name="ProtectedSecret">The signing secret, encrypted.</param>
public sealed record StoredDestination(Destination Definition, byte[] ProtectedSecret);
