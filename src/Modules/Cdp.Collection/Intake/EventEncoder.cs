using System.Security.Cryptography;
using Cdp.Collection.Log;
using Google.Protobuf;

namespace Cdp.Collection.Intake;

/// <summary>
/// Writes one <c>cdp.collection.v1.Event</c> as a field of an EventBatch, by hand: the generated classes would cost several
/// objects for each event. Field numbers are those of collection.proto; a test parses what this writes.
/// </summary>
internal static class EventEncoder
{
    private const byte EventsTag = 0x12;

    public static void Write(EventBlock block, in EventFields fields, ReadOnlySpan<byte> messageId, SourceIdentity source, long timestamp, long receivedAt, ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> traceparent = default)
    {
        var size = 2 + Size(messageId) + Size(source.IdUtf8) + Size(fields.UserId) + Size(fields.AnonymousId) + Size(fields.PreviousId)
            + Size(fields.GroupId) + Size(fields.Name) + 1 + VarintSize((ulong)timestamp) + 1 + VarintSize((ulong)receivedAt) + Size(body) + Size(traceparent);
        var start = block.Length;
        var total = 1 + VarintSize((ulong)size) + size;
        var span = block.GetSpan(total);
        var at = 0;
        span[at++] = EventsTag;
        at += WriteVarint(span[at..], (ulong)size);
        span[at++] = 1 << 3;
        span[at++] = (byte)fields.Type;
        at += WriteBytes(span[at..], 2, messageId);
        at += WriteBytes(span[at..], 3, source.IdUtf8);
        at += WriteBytes(span[at..], 4, fields.UserId);
        at += WriteBytes(span[at..], 5, fields.AnonymousId);
        at += WriteBytes(span[at..], 6, fields.PreviousId);
        at += WriteBytes(span[at..], 7, fields.GroupId);
        at += WriteBytes(span[at..], 8, fields.Name);
        span[at++] = 9 << 3;
        at += WriteVarint(span[at..], (ulong)timestamp);
        span[at++] = 10 << 3;
        at += WriteVarint(span[at..], (ulong)receivedAt);
        at += WriteBytes(span[at..], 11, body);
        at += WriteBytes(span[at..], 12, traceparent);
        block.Advance(at);
        var person = fields.UserId.IsEmpty ? fields.AnonymousId.IsEmpty ? fields.PreviousId : fields.AnonymousId : fields.UserId;
        block.Entries.Add(new EventEntry(start, at, DedupeKey(source, messageId), System.IO.Hashing.XxHash3.HashToUInt64(person)));
    }

    private static UInt128 DedupeKey(SourceIdentity source, ReadOnlySpan<byte> messageId)
    {
        Span<byte> text = stackalloc byte[1024];
        source.IdUtf8.CopyTo(text);
        text[source.IdUtf8.Length] = 0;
        messageId.CopyTo(text[(source.IdUtf8.Length + 1)..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..(source.IdUtf8.Length + 1 + messageId.Length)], hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private static int Size(ReadOnlySpan<byte> value) =>
        value.IsEmpty ? 0 : 1 + CodedOutputStream.ComputeLengthSize(value.Length) + value.Length;

    private static int VarintSize(ulong value) => CodedOutputStream.ComputeUInt64Size(value);

    private static int WriteBytes(Span<byte> span, int field, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return 0;
        span[0] = (byte)((field << 3) | 2);
        var at = 1 + WriteVarint(span[1..], (ulong)value.Length);
        value.CopyTo(span[at..]);
        return at + value.Length;
    }

    private static int WriteVarint(Span<byte> span, ulong value)
    {
        var at = 0;
        for (; value >= 0x80; value >>= 7)
            span[at++] = (byte)(value | 0x80);
        span[at++] = (byte)value;
        return at;
    }
}
