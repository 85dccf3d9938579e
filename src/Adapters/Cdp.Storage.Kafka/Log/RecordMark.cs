using System.Buffers.Binary;
using Confluent.Kafka;

namespace Cdp.Storage.Kafka.Log;

/// <summary>What a record is.</summary>
internal enum RecordKind : byte
{
    /// <summary>Consecutive events of one partition: an EventBatch.</summary>
    Row = 1,

    /// <summary>A tombstone for a row that was rewritten.</summary>
    Removal = 2,

    /// <summary>What one commit added.</summary>
    Commit = 3,

    /// <summary>Where a rewritten row is.</summary>
    Rewrite = 4,
}

/// <summary>The header <c>cdp</c> that each of our records carries; a record without it is not ours.</summary>
/// <param name="Kind">What the record is.</param>
/// <param name="First">Offset in the event log: of a row's first event, or the partition's head when a row was removed.</param>
/// <param name="Count">How many events it has.</param>
/// <param name="ReceivedAt">When they were received, in milliseconds since 1970.</param>
internal readonly record struct RecordMark(RecordKind Kind, long First, int Count, long ReceivedAt)
{
    private const string Name = "cdp";
    private const byte Version = 1;
    private const int Length = 22;

    /// <summary>The offset after the last event.</summary>
    public long End => First + Count;

    /// <summary>The mark of a record; null where it has none, or one of a later version.</summary>
    public static RecordMark? Of(Message<byte[], byte[]> message)
    {
        if (message.Headers is null || !message.Headers.TryGetLastBytes(Name, out var bytes) || bytes is not { Length: Length } || bytes[0] != Version)
            return null;
        var rest = bytes.AsSpan(2);
        return new RecordMark(
            (RecordKind)bytes[1], BinaryPrimitives.ReadInt64BigEndian(rest), BinaryPrimitives.ReadInt32BigEndian(rest[8..]), BinaryPrimitives.ReadInt64BigEndian(rest[12..]));
    }

    /// <summary>The mark of a record that must be ours.</summary>
    public static RecordMark Required(ConsumeResult<byte[], byte[]> record) => Of(record.Message)
        ?? throw new InvalidOperationException($"The topic {record.Topic} holds a record that Cdp did not write (partition {record.Partition.Value}, offset {record.Offset.Value}).");

    /// <summary>The mark as headers.</summary>
    public Headers ToHeaders()
    {
        var bytes = new byte[Length];
        (bytes[0], bytes[1]) = (Version, (byte)Kind);
        var rest = bytes.AsSpan(2);
        BinaryPrimitives.WriteInt64BigEndian(rest, First);
        BinaryPrimitives.WriteInt32BigEndian(rest[8..], Count);
        BinaryPrimitives.WriteInt64BigEndian(rest[12..], ReceivedAt);
        return new Headers { { Name, bytes } };
    }
}
