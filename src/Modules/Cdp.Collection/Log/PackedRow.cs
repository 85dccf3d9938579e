using System.Buffers;
using System.Buffers.Binary;
using Cdp.Contracts.Collection.V1;
using Google.Protobuf;

namespace Cdp.Collection.Log;

/// <summary>A row of the log while it fills: the serialised EventBatch of one partition and its deduplication keys.</summary>
public sealed class PackedRow
{
    /// <summary>About how large a row grows.</summary>
    public const int FullBytes = 1024 * 1024;

    /// <summary>EventBatch.envelope_version = 1, in front of every row.</summary>
    public static ReadOnlySpan<byte> Envelope => [0x08, 0x01];

    private readonly ArrayBufferWriter<byte> _records = new(256 * 1024);
    private readonly ArrayBufferWriter<byte> _keys = new(16 * 1024);

    /// <summary>Number of events.</summary>
    public int Count { get; private set; }

    /// <summary>The serialised EventBatch.</summary>
    public ReadOnlySpan<byte> Records => _records.WrittenSpan;

    /// <summary>Deduplication keys, 16 bytes each.</summary>
    public ReadOnlySpan<byte> Keys => _keys.WrittenSpan;

    /// <summary>Adds an event: one <c>events</c> field of EventBatch, tag and length included.</summary>
    public void Add(ReadOnlySpan<byte> entry, UInt128 key)
    {
        if (Count == 0)
            _records.Write(Envelope);
        _records.Write(entry);
        BinaryPrimitives.WriteUInt128BigEndian(_keys.GetSpan(16), key);
        _keys.Advance(16);
        Count++;
    }

    /// <summary>A row as another log has it.</summary>
    /// <param name="count">Number of events.</param>
    /// <param name="records">The serialised EventBatch.</param>
    /// <param name="keys">Deduplication keys; none where they are not needed any more.</param>
    public void Fill(int count, ReadOnlySpan<byte> records, ReadOnlySpan<byte> keys)
    {
        Clear();
        _records.Write(records);
        _keys.Write(keys);
        Count = count;
    }

    /// <summary>Empties the row for the next events.</summary>
    public void Clear()
    {
        _records.ResetWrittenCount();
        _keys.ResetWrittenCount();
        Count = 0;
    }

    /// <summary>A row, or what of it lies at an offset and after, for the feed. Does not parse events.</summary>
    public static EventFeedBatch ToBatch(int partition, long firstOffset, int count, byte[] records, long from)
    {
        var skip = (int)Math.Max(0, from - firstOffset);
        return new EventFeedBatch
        {
            Partition = partition,
            FirstOffset = firstOffset + skip,
            Count = count - skip,
            Events = skip == 0 ? UnsafeByteOperations.UnsafeWrap(records) : ByteString.CopyFrom([.. Envelope, .. From(records, skip)]),
        };
    }

    /// <summary>The events at some places of a row, in order. Does not parse the others.</summary>
    public static IEnumerable<Event> Pick(ReadOnlyMemory<byte> records, IEnumerable<int> places)
    {
        var (at, place) = (Envelope.Length, 0);
        foreach (var wanted in places)
        {
            for (; place < wanted; place++)
                at += EntryLength(records.Span[at..]);
            yield return EventBatch.Parser.ParseFrom(records.Span.Slice(at, EntryLength(records.Span[at..]))).Events[0];
        }
    }

    /// <summary>
    /// Replaces events of a row by empty ones, and takes their offsets from those wanted; returns how many were not erased before.
    /// </summary>
    public static int Erase(long firstOffset, byte[] records, ISet<long> wanted, out byte[] rewritten)
    {
        var events = EventBatch.Parser.ParseFrom(records);
        var erased = 0;
        for (var i = 0; i < events.Events.Count; i++)
        {
            if (!wanted.Remove(firstOffset + i) || events.Events[i].Type == EventType.Erased)
                continue;
            events.Events[i] = new Event { Type = EventType.Erased };
            erased++;
        }
        rewritten = erased == 0 ? records : events.ToByteArray();
        return erased;
    }

    private static ReadOnlySpan<byte> From(ReadOnlySpan<byte> records, int skip)
    {
        var at = Envelope.Length;
        for (; skip > 0; skip--)
            at += EntryLength(records[at..]);
        return records[at..];
    }

    // Length of the entry that begins here, tag and length included.
    private static int EntryLength(ReadOnlySpan<byte> at)
    {
        if (at[0] != 0x12)
            throw new InvalidDataException("The event log holds a row that is not an EventBatch.");
        int length = 0, shift = 0, read = 1;
        byte b;
        do
        {
            b = at[read++];
            length |= (b & 0x7f) << shift;
            shift += 7;
        }
        while ((b & 0x80) != 0);
        return read + length;
    }
}
