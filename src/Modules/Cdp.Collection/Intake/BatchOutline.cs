using System.Text.Json;
using System.Text.Unicode;

namespace Cdp.Collection.Intake;

/// <summary>A place in a body.</summary>
internal readonly record struct Slice(int Start, int Length)
{
    public bool IsEmpty => Length == 0;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> body) => body.Slice(Start, Length);
}

/// <summary>The outline of a request body: where its events are and what they share.</summary>
internal struct BatchOutline
{
    /// <summary>Elements of <c>batch</c>; null where the body has none and is one event itself.</summary>
    public List<Slice>? Events;

    public Slice Context;
    public Slice Integrations;
    public string? WriteKey;
    public DateTimeOffset? SentAt;

    /// <summary>Checks what all events of a batch share; a body that is one event has nothing to share.</summary>
    /// <exception cref="BadBodyException">Not an object, too deep, or larger than an event may be.</exception>
    public readonly void CheckShared(ReadOnlySpan<byte> body)
    {
        CheckShared("context", Context.Of(body));
        CheckShared("integrations", Integrations.Of(body));
    }

    /// <summary>Reads the outline without looking into events.</summary>
    /// <exception cref="BadBodyException">The body is not a JSON object, or <c>batch</c> is not a list.</exception>
    public static BatchOutline Read(ReadOnlySpan<byte> body)
    {
        if (body.Length > IntakeLimits.BodyBytes)
            throw new BadBodyException($"The body has {body.Length} bytes; at most {IntakeLimits.BodyBytes} are taken.");
        if (!Utf8.IsValid(body))
            throw new BadBodyException("The body is not valid UTF-8.");
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = IntakeLimits.BodyDepth });
            return Read(ref reader);
        }
        catch (JsonException exception)
        {
            throw new BadBodyException($"The body is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine}); a JSON object with at most {IntakeLimits.BodyDepth} levels was expected.");
        }
    }

    private static void CheckShared(string name, ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return;
        if (json[0] != (byte)'{')
            throw new BadBodyException($"{name}: expected an object.");
        if (json.Length > IntakeLimits.EventBytes)
            throw new BadBodyException($"{name}: has {json.Length} bytes; at most {IntakeLimits.EventBytes} are taken.");
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = IntakeLimits.Depth - 1 });
            reader.Read();
            reader.Skip();
        }
        catch (JsonException)
        {
            throw new BadBodyException($"{name}: expected at most {IntakeLimits.Depth - 1} levels.");
        }
    }

    private static BatchOutline Read(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new BadBodyException("The body is not a JSON object.");
        var outline = new BatchOutline();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("batch"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.StartArray)
                    throw new BadBodyException("batch: expected a list of events.");
                outline.Events = ReadEvents(ref reader);
            }
            else if (reader.ValueTextEquals("context"u8))
                outline.Context = ReadSlice(ref reader);
            else if (reader.ValueTextEquals("integrations"u8))
                outline.Integrations = ReadSlice(ref reader);
            else if (reader.ValueTextEquals("sentAt"u8))
                outline.SentAt = ReadTime(ref reader);
            else if (reader.ValueTextEquals("writeKey"u8))
                outline.WriteKey = ReadString(ref reader);
            else
                reader.Skip();
        }
        // Whatever follows the object is an error of the body.
        reader.Read();
        return outline;
    }

    private static List<Slice> ReadEvents(ref Utf8JsonReader reader)
    {
        var events = new List<Slice>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            events.Add(new Slice(start, (int)reader.BytesConsumed - start));
            if (events.Count > IntakeLimits.BatchEvents)
                throw new BadBodyException($"batch: has more than {IntakeLimits.BatchEvents} events.");
        }
        return events;
    }

    private static Slice ReadSlice(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        var isNull = reader.TokenType == JsonTokenType.Null;
        reader.Skip();
        return isNull ? default : new Slice(start, (int)reader.BytesConsumed - start);
    }

    private static string? ReadString(ref Utf8JsonReader reader)
    {
        reader.Read();
        var value = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        reader.Skip();
        return value;
    }

    private static DateTimeOffset? ReadTime(ref Utf8JsonReader reader)
    {
        reader.Read();
        EventTime.TryRead(ref reader, out var time);
        reader.Skip();
        return time;
    }
}
