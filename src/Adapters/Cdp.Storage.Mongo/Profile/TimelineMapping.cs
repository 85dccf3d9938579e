using System.Text;
using System.Text.Unicode;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Google.Protobuf;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>An event of a timeline as document and back, without loss.</summary>
internal static class TimelineMapping
{
    public static BsonDocument ToBson(TimelineEvent timeline, long sequence)
    {
        var document = new BsonDocument
        {
            { "seq", sequence },
            { "p", timeline.Position.Partition },
            { "o", timeline.Position.Offset },
            { "at", timeline.Timestamp },
            { "type", timeline.Type },
            { "name", timeline.Name },
            { "message_id", timeline.MessageId },
            { "source_id", timeline.SourceId },
            { "received_at", timeline.ReceivedAt },
        };
        if (timeline.Traceparent.Length > 0)
            document["traceparent"] = timeline.Traceparent;
        // Properties are text, because their names come from users.
        if (!timeline.Properties.IsEmpty)
            document["properties"] = Utf8.IsValid(timeline.Properties.Span) ? Encoding.UTF8.GetString(timeline.Properties.Span) : timeline.Properties.ToByteArray();
        return document;
    }

    public static TimelineEvent FromBson(BsonDocument document) => new()
    {
        Position = PositionOf(document),
        Type = document["type"].AsString,
        Name = document["name"].AsString,
        Timestamp = document["at"].AsInt64,
        MessageId = document["message_id"].AsString,
        SourceId = document["source_id"].AsString,
        ReceivedAt = document["received_at"].AsInt64,
        Traceparent = document.GetValue("traceparent", "").AsString,
        Properties = document.GetValue("properties", "") switch
        {
            BsonBinaryData bytes => UnsafeByteOperations.UnsafeWrap(bytes.Bytes),
            var text => ByteString.CopyFromUtf8(text.AsString),
        },
    };

    public static FeedPosition PositionOf(BsonDocument document) => new() { Partition = document["p"].AsInt32, Offset = document["o"].AsInt64 };
}
