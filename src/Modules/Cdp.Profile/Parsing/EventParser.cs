using System.Text;
using System.Text.Json;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Google.Protobuf;

namespace Cdp.Profile.Parsing;

/// <summary>
/// Takes from an event's body what a profile needs: traits and consent, by the field names of
/// https://segment.com/docs/connections/spec/common/, and identifiers, from where the identity rules have them come from.
/// </summary>
internal static class EventParser
{
    private const int MostTraits = 1_000;
    private const int LongestTraitName = 200;
    private const int LongestTrait = 16 * 1024;

    /// <exception cref="JsonException">The body is not what intake should have let through.</exception>
    public static ParsedEvent Parse(Event source, FeedPosition position, IdentifierPaths paths)
    {
        var isTraits = source.Type is EventType.Identify or EventType.Group;
        var reader = new Utf8JsonReader(source.Body.Span);
        ReadOnlyMemory<byte> own = default, context = default;
        Require(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isContext = reader.ValueTextEquals("context"u8);
            var isOwn = reader.ValueTextEquals(isTraits ? "traits"u8 : "properties"u8);
            var value = ReadObject(ref reader, source.Body.Memory);
            if (isContext)
                context = value;
            else if (isOwn)
                own = value;
        }
        var parsed = new ParsedEvent
        {
            Position = position,
            Type = source.Type,
            GroupId = source.GroupId,
            Timeline = new TimelineEvent
            {
                Position = position,
                Type = TypeName(source.Type),
                Name = source.Name,
                Timestamp = source.Timestamp,
                MessageId = source.MessageId,
                SourceId = source.SourceId,
                ReceivedAt = source.ReceivedAt,
                Traceparent = source.Traceparent,
                Properties = own.IsEmpty ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(own),
            },
        };
        AddIds(parsed, source, paths);
        // A group call's traits are the group's.
        if (source.Type == EventType.Identify)
            ReadTraits(own.Span, parsed, paths.Traits);
        else if (!isTraits && !own.IsEmpty && paths.Properties is { } properties)
            IdentifierReader.Read(own.Span, properties, parsed);
        if (!context.IsEmpty)
            ReadContext(context, parsed, paths);
        if (paths.HasOthers)
            IdentifierReader.ReadOthers(source.Body.Span, paths.Others, parsed);
        return parsed;
    }

    private static void AddIds(ParsedEvent parsed, Event source, IdentifierPaths paths)
    {
        foreach (var type in paths.UserId)
            parsed.AddIdentifier(type, source.UserId);
        foreach (var type in paths.AnonymousId)
            parsed.AddIdentifier(type, source.AnonymousId);
        if (source.Type != EventType.Alias)
            return;
        // Which kind of id a previousId is, the call does not say: it is this person either way.
        foreach (var type in paths.PreviousId)
            parsed.AddIdentifier(type, source.PreviousId);
    }

    private static void ReadContext(ReadOnlyMemory<byte> context, ParsedEvent parsed, IdentifierPaths paths)
    {
        var reader = new Utf8JsonReader(context.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("traits"u8))
            {
                var traits = ReadObject(ref reader, context);
                // On a group call these are the person's, too: the group's are in `traits`.
                ReadTraits(traits.Span, parsed, paths.ContextTraits);
            }
            else if (reader.ValueTextEquals("consent"u8))
                ReadConsent(ReadObject(ref reader, context), parsed);
            else if (reader.ValueTextEquals("externalIds"u8))
                ReadExternalIds(ref reader, parsed, paths);
            else if (reader.ValueTextEquals("device"u8))
                IdentifierReader.ReadDevice(ReadObject(ref reader, context).Span, paths.Device, parsed);
            else
                IdentifierReader.ReadValue(ref reader, paths.Context?.Find(ref reader), parsed);
        }
    }

    private static void ReadTraits(ReadOnlySpan<byte> traits, ParsedEvent parsed, PathNode? identifiers)
    {
        if (traits.IsEmpty)
            return;
        var reader = new Utf8JsonReader(traits);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var node = identifiers?.Find(ref reader);
            reader.Read();
            if (node is not null)
                IdentifierReader.Look(ref reader, node, parsed);
            var start = (int)reader.TokenStartIndex;
            var isNull = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            var json = traits[start..(int)reader.BytesConsumed];
            if (name.Length is > 0 and <= LongestTraitName && json.Length <= LongestTrait && parsed.Traits.Count < MostTraits)
                parsed.Traits.Add((name, isNull ? "" : Encoding.UTF8.GetString(json)));
        }
    }

    private static void ReadConsent(ReadOnlyMemory<byte> consent, ParsedEvent parsed)
    {
        if (consent.IsEmpty)
            return;
        var reader = new Utf8JsonReader(consent.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isPreferences = reader.ValueTextEquals("categoryPreferences"u8);
            reader.Read();
            if (!isPreferences || reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var category = reader.GetString()!;
                reader.Read();
                if (reader.TokenType is JsonTokenType.True or JsonTokenType.False && category.Length <= LongestTraitName)
                    parsed.Consents.Add((category, reader.TokenType == JsonTokenType.True));
                reader.Skip();
            }
        }
    }

    private static void ReadExternalIds(ref Utf8JsonReader reader, ParsedEvent parsed, IdentifierPaths paths)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }
        using var ids = JsonDocument.ParseValue(ref reader);
        foreach (var id in ids.RootElement.EnumerateArray())
        {
            if (id.ValueKind == JsonValueKind.Object && Text(id, "type") is { Length: > 0 } type && Text(id, "id") is { } value
                && Text(id, "collection") is null or "users" && paths.TakesExternal(type))
                parsed.AddIdentifier(type, value);
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // The value of the property that the reader stands on, if it is an object; the reader moves past it either way.
    private static ReadOnlyMemory<byte> ReadObject(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        reader.Skip();
        return isObject ? json[start..(int)reader.BytesConsumed] : default;
    }

    private static void Require(bool condition)
    {
        if (!condition)
            throw new JsonException("The event's body is not a JSON object.");
    }

    private static string TypeName(EventType type) => type switch
    {
        EventType.Identify => "identify",
        EventType.Track => "track",
        EventType.Page => "page",
        EventType.Screen => "screen",
        EventType.Group => "group",
        EventType.Alias => "alias",
        _ => throw new JsonException($"Events of type {type} have no body."),
    };
}
