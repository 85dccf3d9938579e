using Cdp.Contracts.Activation.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Deliveries;

/// <summary>One message to one destination about one person.</summary>
/// <param name="Id">Id, also sent as <c>webhook-id</c>.</param>
/// <param name="ActivationId">Activation it belongs to.</param>
/// <param name="DestinationId">Destination.</param>
/// <param name="SegmentKey">Segment.</param>
/// <param name="ProfileId">Person.</param>
/// <param name="EventType"><c>segment.entered</c> or <c>segment.exited</c>.</param>
/// <param name="State">What became of it.</param>
/// <param name="Reason">Why it is in that state.</param>
/// <param name="Attempts">Attempts, oldest first.</param>
/// <param name="NextAttemptAt">When the next attempt is due; null where none is.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Sequence">Number of the entry or exit that it reports.</param>
internal sealed record DeliveryResponse(
    string Id, string ActivationId, string DestinationId, string SegmentKey, string ProfileId, string EventType, DeliveryState State,
    string? Reason, IEnumerable<AttemptResponse> Attempts, DateTime? NextAttemptAt, DateTime CreatedAt, long Sequence)
{
    public static DeliveryResponse From(Delivery delivery) => new(
        delivery.Id, delivery.ActivationId, delivery.DestinationId, delivery.SegmentKey, delivery.ProfileId, delivery.EventType, delivery.State,
        delivery.Reason.OrNull(), delivery.Attempts.Select(AttemptResponse.From), UnixTime.Optional(delivery.NextAttemptAt),
        UnixTime.At(delivery.CreatedAt), delivery.Sequence);
}

/// <summary>One attempt.</summary>
/// <param name="At">When.</param>
/// <param name="Status">HTTP status; null where no answer came.</param>
/// <param name="Error">Error where no answer came.</param>
/// <param name="DurationMs">How long it took, in milliseconds.</param>
internal sealed record AttemptResponse(DateTime At, int? Status, string? Error, long DurationMs)
{
    public static AttemptResponse From(DeliveryAttempt attempt) =>
        new(UnixTime.At(attempt.At), attempt.Status == 0 ? null : attempt.Status, attempt.Error.OrNull(), attempt.DurationMs);
}

/// <summary>A page of deliveries, newest first.</summary>
/// <param name="Deliveries">The deliveries.</param>
/// <param name="NextCursor">For the next page; null at the end.</param>
internal sealed record DeliveriesResponse(IEnumerable<DeliveryResponse> Deliveries, string? NextCursor);
