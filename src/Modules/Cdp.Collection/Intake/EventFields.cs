using System.Text.Json;
using Cdp.Contracts.Collection.V1;

namespace Cdp.Collection.Intake;

/// <summary>What intake reads of one event: where its fields are, in one pass without objects.</summary>
internal ref struct EventFields
{
    public Slice Context;
    public Slice Integrations;
    public ReadOnlySpan<byte> UserId;
    public ReadOnlySpan<byte> AnonymousId;
    public ReadOnlySpan<byte> PreviousId;
    public ReadOnlySpan<byte> GroupId;
    public ReadOnlySpan<byte> MessageId;
    public ReadOnlySpan<byte> Name;
    public EventType Type;
    public DateTimeOffset? Timestamp;
    public DateTimeOffset? SentAt;
    public bool TimestampInvalid;
    private ReadOnlySpan<byte> _nameText;
    private ReadOnlySpan<byte> _eventText;
    private DateTimeOffset? _original;
    private string? _code;
    private string? _detail;
    private JsonTokenType _event;
    private JsonTokenType _name;

    /// <summary>Reads and checks an event.</summary>
    /// <param name="json">The event: one JSON object.</param>
    /// <param name="type">Type by the route; unspecified: the event's own <c>type</c>.</param>
    /// <param name="code">Discard code, where the event is wrong.</param>
    /// <param name="detail">What was wrong.</param>
    public static EventFields Read(ReadOnlySpan<byte> json, EventType type, out string? code, out string? detail)
    {
        var fields = new EventFields { Type = type };
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = IntakeLimits.Depth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            fields.Wrong(DiscardCodes.EventNotObject, "The event is not a JSON object.");
        else
            fields.ReadObject(ref reader);
        code = fields._code;
        detail = fields._detail;
        return fields;
    }

    private void ReadObject(scoped ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldOf(reader.ValueIsEscaped ? Text(ref reader) : reader.ValueSpan);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            switch (field)
            {
                case Field.Type when Type == EventType.Unspecified:
                    Type = ReadType(ref reader);
                    break;
                case Field.UserId:
                    UserId = ReadId(ref reader, "userId");
                    break;
                case Field.AnonymousId:
                    AnonymousId = ReadId(ref reader, "anonymousId");
                    break;
                case Field.PreviousId:
                    PreviousId = ReadId(ref reader, "previousId");
                    break;
                case Field.GroupId:
                    GroupId = ReadId(ref reader, "groupId");
                    break;
                case Field.MessageId:
                    ReadMessageId(ref reader);
                    break;
                case Field.Event:
                    _event = reader.TokenType;
                    _eventText = _event == JsonTokenType.String ? Text(ref reader) : default;
                    break;
                case Field.Name:
                    _name = reader.TokenType;
                    _nameText = _name == JsonTokenType.String ? Text(ref reader) : default;
                    break;
                case Field.Timestamp:
                    TimestampInvalid = !EventTime.TryRead(ref reader, out Timestamp);
                    break;
                case Field.OriginalTimestamp:
                    EventTime.TryRead(ref reader, out _original);
                    break;
                case Field.SentAt:
                    EventTime.TryRead(ref reader, out SentAt);
                    break;
                case Field.Context when reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null):
                    Wrong(DiscardCodes.ContextNotObject, "context: expected an object.");
                    break;
                case Field.Properties when reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null):
                    Wrong(DiscardCodes.PropertiesNotObject, "properties: expected an object.");
                    break;
                case Field.Traits when reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null):
                    Wrong(DiscardCodes.TraitsNotObject, "traits: expected an object.");
                    break;
            }
            reader.Skip();
            if (field == Field.Context)
                Context = new Slice(start, (int)reader.BytesConsumed - start);
            else if (field == Field.Integrations)
                Integrations = new Slice(start, (int)reader.BytesConsumed - start);
        }
        // Whatever follows the object is an error of the event.
        reader.Read();
        // RudderStack's SDKs send the time under the name that it has after the correction.
        Timestamp ??= _original;
        CheckType();
    }

    private void CheckType()
    {
        if (Type == EventType.Track)
            Name = _eventText;
        else if (Type is EventType.Page or EventType.Screen)
            Name = _nameText;
        if (Type == EventType.Unspecified)
            Wrong(DiscardCodes.TypeUnknown, "type: expected identify, track, page, screen, group or alias.");
        else if (UserId.IsEmpty && AnonymousId.IsEmpty && (Type != EventType.Alias || PreviousId.IsEmpty))
            Wrong(DiscardCodes.NoUserAnonId, "userId, anonymousId: one of them is required.");
        switch (Type)
        {
            case EventType.Track when _event is JsonTokenType.None or JsonTokenType.Null || (_event == JsonTokenType.String && Name.IsEmpty):
                Wrong(DiscardCodes.EventNotDefined, "event: required for a track call.");
                break;
            case EventType.Track when _event != JsonTokenType.String:
                Wrong(DiscardCodes.EventNotString, "event: expected a string.");
                break;
            case EventType.Page or EventType.Screen when _name is not (JsonTokenType.None or JsonTokenType.String or JsonTokenType.Null):
                Wrong(DiscardCodes.NameNotString, "name: expected a string.");
                break;
            case EventType.Group when GroupId.IsEmpty:
                Wrong(DiscardCodes.IdRequired, "groupId: required for a group call.");
                break;
            case EventType.Alias when UserId.IsEmpty || (PreviousId.IsEmpty && AnonymousId.IsEmpty):
                Wrong(DiscardCodes.IdRequired, "userId, previousId: both are required for an alias call.");
                break;
        }
    }

    private ReadOnlySpan<byte> ReadId(scoped ref Utf8JsonReader reader, string field)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return default;
            case JsonTokenType.String:
                var id = Text(ref reader);
                if (id.Length > IntakeLimits.IdBytes)
                    Wrong(DiscardCodes.IdNotString, $"{field}: expected at most {IntakeLimits.IdBytes} bytes.");
                return id;
            default:
                Wrong(DiscardCodes.IdNotString, $"{field}: expected a string.");
                return default;
        }
    }

    private void ReadMessageId(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return;
        if (reader.TokenType == JsonTokenType.String)
        {
            MessageId = Text(ref reader);
            if (MessageId.Length <= IntakeLimits.MessageIdLength || System.Text.Encoding.UTF8.GetCharCount(MessageId) <= IntakeLimits.MessageIdLength)
                return;
            MessageId = default;
        }
        Wrong(DiscardCodes.MessageIdInvalid, $"messageId: expected a string of at most {IntakeLimits.MessageIdLength} characters.");
    }

    private void Wrong(string code, string detail)
    {
        _code ??= code;
        _detail ??= detail;
    }

    private static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
            return reader.ValueSpan;
        var buffer = new byte[reader.ValueSpan.Length];
        return buffer.AsSpan(0, reader.CopyString(buffer));
    }

    private static EventType ReadType(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            return EventType.Unspecified;
        return reader.ValueTextEquals("track"u8) ? EventType.Track
            : reader.ValueTextEquals("identify"u8) ? EventType.Identify
            : reader.ValueTextEquals("page"u8) ? EventType.Page
            : reader.ValueTextEquals("screen"u8) ? EventType.Screen
            : reader.ValueTextEquals("group"u8) ? EventType.Group
            : reader.ValueTextEquals("alias"u8) ? EventType.Alias
            : EventType.Unspecified;
    }

    // By length first: most names of an event are told apart without comparing them.
    private static Field FieldOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 => name.SequenceEqual("type"u8) ? Field.Type : name.SequenceEqual("name"u8) ? Field.Name : Field.Other,
        5 => name.SequenceEqual("event"u8) ? Field.Event : Field.Other,
        6 => name.SequenceEqual("userId"u8) ? Field.UserId : name.SequenceEqual("sentAt"u8) ? Field.SentAt : name.SequenceEqual("traits"u8) ? Field.Traits : Field.Other,
        7 => name.SequenceEqual("context"u8) ? Field.Context : name.SequenceEqual("groupId"u8) ? Field.GroupId : Field.Other,
        9 => name.SequenceEqual("messageId"u8) ? Field.MessageId : name.SequenceEqual("timestamp"u8) ? Field.Timestamp : Field.Other,
        10 => name.SequenceEqual("properties"u8) ? Field.Properties : name.SequenceEqual("previousId"u8) ? Field.PreviousId : Field.Other,
        11 => name.SequenceEqual("anonymousId"u8) ? Field.AnonymousId : Field.Other,
        12 => name.SequenceEqual("integrations"u8) ? Field.Integrations : Field.Other,
        17 => name.SequenceEqual("originalTimestamp"u8) ? Field.OriginalTimestamp : Field.Other,
        _ => Field.Other,
    };

    private enum Field
    {
        Other,
        Type,
        UserId,
        AnonymousId,
        PreviousId,
        GroupId,
        MessageId,
        Event,
        Name,
        Timestamp,
        OriginalTimestamp,
        SentAt,
        Context,
        Integrations,
        Properties,
        Traits,
    }
}
