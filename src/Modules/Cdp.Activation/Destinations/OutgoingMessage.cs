using Cdp.Activation.Deliveries;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Profile.V1;

namespace Cdp.Activation.Destinations;

/// <summary>What one attempt sends.</summary>
/// <param name="Destination">Where to.</param>
/// <param name="Secret">Signing secret.</param>
/// <param name="Delivery">What happened.</param>
/// <param name="Profile">The person as of now.</param>
public sealed record OutgoingMessage(Destination Destination, string Secret, DueDelivery Delivery, ProfileDocument Profile);
