using Cdp.Contracts.Profile.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Profiles;

/// <summary>A page of a timeline, newest first.</summary>
/// <param name="Events">The events.</param>
/// <param name="NextCursor">For the next page; null at the end.</param>
internal sealed record EventsResponse(IEnumerable<EventResponse> Events, string? NextCursor);

/// <summary>One event on a timeline.</summary>
/// <param name="Type"><c>identify</c>, <c>track</c>, <c>page</c>, <c>screen</c>, <c>group</c> or <c>alias</c>.</param>
/// <param name="Name">Event name of a track, name of a page or screen.</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="ReceivedAt">When it was received.</param>
/// <param name="MessageId">Message id.</param>
/// <param name="SourceId">Source.</param>
/// <param name="Properties">Properties, or the traits of an identify or group.</param>
internal sealed record EventResponse(
    string Type, string? Name, DateTime Timestamp, DateTime ReceivedAt, string MessageId, string SourceId, RawJson Properties)
{
    public static EventResponse From(TimelineEvent item) => new(
        item.Type, item.Name.OrNull(), UnixTime.At(item.Timestamp), UnixTime.At(item.ReceivedAt), item.MessageId, item.SourceId,
        new RawJson(item.Properties.IsEmpty ? "{}" : item.Properties.ToStringUtf8()));
}
