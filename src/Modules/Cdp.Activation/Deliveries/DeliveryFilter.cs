using Cdp.Contracts.Activation.V1;

namespace Cdp.Activation.Deliveries;

/// <summary>Which deliveries to list.</summary>
/// <param name="State">Only in this state; unspecified: any.</param>
/// <param name="DestinationId">Only to this destination; empty: any.</param>
/// <param name="ProfileId">Only about this person; empty: any.</param>
public sealed record DeliveryFilter(DeliveryState State, string DestinationId, string ProfileId);
