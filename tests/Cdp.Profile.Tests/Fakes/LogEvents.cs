using System.Text;
using Cdp.Contracts.Collection.V1;
using Google.Protobuf;

namespace Cdp.Profile.Tests.Fakes;

/// <summary>Events as they come from the log.</summary>
internal static class LogEvents
{
    public const long Noon = 1_780_000_000_000;

    public static Event Track(string user, string name, long at = Noon, string properties = "{}") => Make(
        EventType.Track, $$"""{"type":"track","userId":"{{user}}","event":"{{name}}","properties":{{properties}}}""", user, at, name: name);

    public static Event Identify(string user, string traits, long at = Noon, string anonymousId = "") => Make(
        EventType.Identify, $$"""{"type":"identify","traits":{{traits}}}""", user, at, anonymousId);

    public static Event Make(EventType type, string body, string user = "", long at = Noon, string anonymousId = "", string name = "") => new()
    {
        Type = type,
        MessageId = $"m-{at}",
        SourceId = "src_1",
        UserId = user,
        AnonymousId = anonymousId,
        Name = name,
        Timestamp = at,
        ReceivedAt = at + 1,
        Body = ByteString.CopyFrom(Encoding.UTF8.GetBytes(body)),
    };

    public static EventFeedBatch Batch(int partition, long firstOffset, params IReadOnlyList<Event> events) => new()
    {
        Partition = partition,
        FirstOffset = firstOffset,
        Count = events.Count,
        Events = new EventBatch { EnvelopeVersion = 1, Events = { events } }.ToByteString(),
        Head = firstOffset + events.Count,
    };
}
