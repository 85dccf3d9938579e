using System.Text;
using System.Text.Json;

namespace Cdp.Profile.Parsing;

/// <summary>Takes identifiers from the places where rules have them come from: texts and whole numbers.</summary>
internal static class IdentifierReader
{
    /// <summary>Reads below a place.</summary>
    /// <param name="json">An object.</param>
    /// <param name="node">The place.</param>
    /// <param name="parsed">Where identifiers go.</param>
    public static void Read(ReadOnlySpan<byte> json, PathNode node, ParsedEvent parsed)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        ReadObject(ref reader, node, parsed, default);
    }

    /// <summary>Reads the value of the property that a reader stands on, and moves the reader past it.</summary>
    public static void ReadValue(ref Utf8JsonReader reader, PathNode? node, ParsedEvent parsed) => ReadValue(ref reader, node, parsed, default);

    /// <summary>Reads the value that a reader stands on, and leaves the reader where it is.</summary>
    public static void Look(ref Utf8JsonReader reader, PathNode node, ParsedEvent parsed)
    {
        if (reader.TokenType == JsonTokenType.StartObject && node.HasChildren)
        {
            var ahead = reader;
            ReadObject(ref ahead, node, parsed, default);
        }
        else if (node.Sources.Length > 0 && Text(ref reader) is { } value)
            Add(node.Sources, value, parsed, default);
    }

    /// <summary>Reads a device: whose ids these are depends on its platform, and on whether it may be tracked.</summary>
    public static void ReadDevice(ReadOnlySpan<byte> json, PathNode? node, ParsedEvent parsed)
    {
        if (json.IsEmpty || node is null)
            return;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var device = new Device();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isTracking = reader.ValueTextEquals("adTrackingEnabled"u8);
            reader.Read();
            if (isType && reader.TokenType == JsonTokenType.String)
                device.Platform = reader.GetString()!;
            else if (isTracking)
                device.MayTrack = reader.TokenType == JsonTokenType.True;
            reader.Skip();
        }
        reader = new Utf8JsonReader(json);
        reader.Read();
        ReadObject(ref reader, node, parsed, device);
    }

    /// <summary>Reads what stands in the body beside traits, properties and context, which have been read.</summary>
    public static void ReadOthers(ReadOnlySpan<byte> body, PathNode node, ParsedEvent parsed)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRead = reader.ValueTextEquals("traits"u8) || reader.ValueTextEquals("properties"u8) || reader.ValueTextEquals("context"u8)
                || reader.ValueTextEquals("userId"u8) || reader.ValueTextEquals("anonymousId"u8) || reader.ValueTextEquals("previousId"u8);
            ReadValue(ref reader, isRead ? null : node.Find(ref reader), parsed, default);
        }
    }

    private static void ReadObject(ref Utf8JsonReader reader, PathNode node, ParsedEvent parsed, Device device)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            ReadValue(ref reader, node.Find(ref reader), parsed, device);
    }

    private static void ReadValue(ref Utf8JsonReader reader, PathNode? node, ParsedEvent parsed, Device device)
    {
        reader.Read();
        if (node is null)
            reader.Skip();
        else if (reader.TokenType == JsonTokenType.StartObject && node.HasChildren)
            ReadObject(ref reader, node, parsed, device);
        else if (node.Sources.Length > 0 && Text(ref reader) is { } value)
            Add(node.Sources, value, parsed, device);
        else
            reader.Skip();
    }

    // A number with a fraction or an exponent counts something; it identifies nobody.
    private static string? Text(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number when !reader.ValueSpan.ContainsAny(".eE"u8) => Encoding.UTF8.GetString(reader.ValueSpan),
        _ => null,
    };

    private static void Add(IdentifierSource[] sources, string value, ParsedEvent parsed, Device device)
    {
        foreach (var source in sources)
        {
            if ((source.Platform is null || string.Equals(source.Platform, device.Platform, StringComparison.OrdinalIgnoreCase))
                && (!source.IsAdvertising || device.MayTrack))
                parsed.AddIdentifier(source.Type, value);
        }
    }

    private struct Device
    {
        public string? Platform;
        public bool MayTrack;
    }
}
