using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cdp.Rest.Json;

/// <summary>JSON that a stage keeps as text and that goes into an answer as it is.</summary>
/// <param name="Text">Valid JSON; empty is written as null.</param>
[JsonConverter(typeof(RawJsonConverter))]
internal readonly record struct RawJson(string Text);

/// <summary>Writes <see cref="RawJson"/> without parsing it into objects.</summary>
internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawJson(document.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
    {
        if (string.IsNullOrEmpty(value.Text))
            writer.WriteNullValue();
        else
            writer.WriteRawValue(value.Text);
    }
}
