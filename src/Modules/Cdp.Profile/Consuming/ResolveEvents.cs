using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Profile.Parsing;

namespace Cdp.Profile.Consuming;

/// <summary>What identity is told of an event.</summary>
internal static class ResolveEvents
{
    public static ResolveEvent Of(ParsedEvent source)
    {
        var resolve = new ResolveEvent
        {
            Position = source.Position,
            Alias = source.Type == EventType.Alias,
            SourceId = source.Timeline.SourceId,
            MessageId = source.Timeline.MessageId,
            Timestamp = source.Timeline.Timestamp,
            Traceparent = source.Timeline.Traceparent,
        };
        resolve.Identifiers.AddRange(source.Identifiers);
        return resolve;
    }
}
