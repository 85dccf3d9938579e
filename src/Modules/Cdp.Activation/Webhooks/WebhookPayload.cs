using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cdp.Activation.Destinations;

namespace Cdp.Activation.Webhooks;

/// <summary>Writes the body of a webhook.</summary>
internal static class WebhookPayload
{
    // Readable names of people; the body is never put into HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(OutgoingMessage message)
    {
        var (_, _, delivery, profile) = message;
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteString("type", delivery.EventType);
        json.WriteString("timestamp", DateTimeOffset.FromUnixTimeMilliseconds(delivery.ChangedAt).UtcDateTime);
        json.WriteStartObject("data");
        json.WriteStartObject("segment");
        json.WriteString("key", delivery.SegmentKey);
        json.WriteEndObject();
        json.WriteStartObject("profile");
        json.WriteString("id", profile.Id);
        json.WriteStartArray("identifiers");
        foreach (var identifier in profile.Identifiers)
        {
            json.WriteStartObject();
            json.WriteString("type", identifier.Identifier.Type);
            json.WriteString("value", identifier.Identifier.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("traits");
        foreach (var trait in profile.Traits)
        {
            json.WritePropertyName(trait.Name);
            // The profile stage stores only what it has parsed.
            json.WriteRawValue(trait.Json, skipInputValidation: true);
        }
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("cause", delivery.Cause);
        json.WriteNumber("sequence", delivery.Sequence);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
