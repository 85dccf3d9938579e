using System.Buffers;
using System.Text.Json;

namespace Cdp.Collection.Intake;

/// <summary>Merges what a batch shares into one event: the event's own fields win.</summary>
internal static class EventBody
{
    /// <summary>Writes the event with the shared context and integrations merged in.</summary>
    public static void Write(
        IBufferWriter<byte> output, ReadOnlySpan<byte> json, Slice context, ReadOnlySpan<byte> sharedContext, Slice integrations, ReadOnlySpan<byte> sharedIntegrations)
    {
        // The parts of the event are written in their order.
        var at = 0;
        if (context.Start <= integrations.Start)
        {
            at = WritePart(output, json, at, context, sharedContext);
            at = WritePart(output, json, at, integrations, sharedIntegrations);
        }
        else
        {
            at = WritePart(output, json, at, integrations, sharedIntegrations);
            at = WritePart(output, json, at, context, sharedContext);
        }
        var end = json.LastIndexOf((byte)'}');
        output.Write(json[at..end]);
        var needsComma = json[1..end].IndexOfAnyExcept(" \t\r\n"u8) >= 0;
        if (context.IsEmpty && !sharedContext.IsEmpty)
        {
            output.Write(needsComma ? ",\"context\":"u8 : "\"context\":"u8);
            output.Write(sharedContext);
            needsComma = true;
        }
        if (integrations.IsEmpty && !sharedIntegrations.IsEmpty)
        {
            output.Write(needsComma ? ",\"integrations\":"u8 : "\"integrations\":"u8);
            output.Write(sharedIntegrations);
        }
        output.Write("}"u8);
    }

    /// <summary>Writes one object: its own fields, and the shared ones that it does not have. Null is an object without fields.</summary>
    public static void WriteMerged(IBufferWriter<byte> output, ReadOnlySpan<byte> own, ReadOnlySpan<byte> shared)
    {
        if (own[0] != (byte)'{')
        {
            output.Write(own.SequenceEqual("null"u8) ? shared : own);
            return;
        }
        var end = own.LastIndexOf((byte)'}');
        output.Write(own[..end]);
        var needsComma = own[1..end].IndexOfAnyExcept(" \t\r\n"u8) >= 0;
        var reader = new Utf8JsonReader(shared);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var has = Has(own, reader.ValueSpan);
            reader.Read();
            reader.Skip();
            if (has)
                continue;
            output.Write(needsComma ? ","u8 : default);
            output.Write(shared[start..(int)reader.BytesConsumed]);
            needsComma = true;
        }
        output.Write("}"u8);
    }

    private static int WritePart(IBufferWriter<byte> output, ReadOnlySpan<byte> json, int at, Slice own, ReadOnlySpan<byte> shared)
    {
        if (own.IsEmpty || shared.IsEmpty)
            return at;
        output.Write(json[at..own.Start]);
        WriteMerged(output, own.Of(json), shared);
        return own.Start + own.Length;
    }

    private static bool Has(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan.SequenceEqual(name))
                return true;
            reader.Read();
            reader.Skip();
        }
        return false;
    }
}
