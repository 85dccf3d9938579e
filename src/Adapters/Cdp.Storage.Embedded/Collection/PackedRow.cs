using System.Buffers;
using System.Buffers.Binary;

namespace Cdp.Storage.Embedded.Collection;

/// <summary>A row of the log while it fills: the serialised EventBatch of one partition and its deduplication keys.</summary>
internal sealed class PackedRow
{
    /// <summary>EventBatch.envelope_version = 1, in front of every row.</summary>
    public static ReadOnlySpan<byte> Envelope => [0x08, 0x01];

    private readonly ArrayBufferWriter<byte> _records = new(256 * 1024);
    private readonly ArrayBufferWriter<byte> _keys = new(16 * 1024);

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Records => _records.WrittenSpan;

    public ReadOnlySpan<byte> Keys => _keys.WrittenSpan;

    public void Add(ReadOnlySpan<byte> entry, UInt128 key)
    {
        if (Count == 0)
            _records.Write(Envelope);
        _records.Write(entry);
        BinaryPrimitives.WriteUInt128BigEndian(_keys.GetSpan(16), key);
        _keys.Advance(16);
        Count++;
    }

    public void Clear()
    {
        _records.ResetWrittenCount();
        _keys.ResetWrittenCount();
        Count = 0;
    }

    /// <summary>The row from its n-th event on, without parsing events.</summary>
    public static ReadOnlySpan<byte> From(ReadOnlySpan<byte> records, int skip)
    {
        var at = Envelope.Length;
        for (; skip > 0; skip--)
            at += EntryLength(records[at..]);
        return records[at..];
    }

    /// <summary>Length of the entry that begins here, tag and length included.</summary>
    public static int EntryLength(ReadOnlySpan<byte> at)
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
