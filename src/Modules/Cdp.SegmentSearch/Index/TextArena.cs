using System.Buffers.Binary;
using System.Numerics;

namespace Cdp.SegmentSearch.Index;

/// <summary>
/// Byte strings end to end in a few large blocks, without an object each. What was added lately is found again and not
/// stored twice: that interns frequent values and costs rare ones nothing.
/// </summary>
internal sealed class TextArena
{
    /// <summary>Bytes kept of one string.</summary>
    public const int Longest = 4_096;

    private const int Prefix = sizeof(ushort);
    private const int SmallestBlock = 1 << 10;
    private const int LargestBlock = 1 << 16;
    private const int BlockShift = 16;
    private const int MostRecent = 1 << 16;
    private readonly List<byte[]> _blocks = [];

    // Addresses + 1 by hash; a later string takes the place of an earlier one.
    private long[] _recent = new long[64];
    private int _used;

    /// <summary>Bytes in use.</summary>
    public long Bytes { get; private set; }

    public long Add(ReadOnlySpan<byte> text)
    {
        if (text.Length > Longest)
            text = Cut(text);
        ref var recent = ref _recent[Hash(text) & (uint)(_recent.Length - 1)];
        if (recent != 0 && Read(recent - 1).SequenceEqual(text))
            return recent - 1;
        var address = Append(text);
        recent = address + 1;
        return address;
    }

    public ReadOnlySpan<byte> Read(long address)
    {
        var block = _blocks[(int)(address >> BlockShift)].AsSpan((int)(address & (LargestBlock - 1)));
        return block.Slice(Prefix, BinaryPrimitives.ReadUInt16LittleEndian(block));
    }

    private long Append(ReadOnlySpan<byte> text)
    {
        var size = Prefix + text.Length;
        if (_blocks.Count == 0 || _used + size > _blocks[^1].Length)
        {
            var next = Math.Clamp((long)SmallestBlock << Math.Min(_blocks.Count, 16), Math.Max(size, SmallestBlock), LargestBlock);
            _blocks.Add(new byte[next]);
            _used = 0;
            if (_recent.Length < MostRecent && Bytes / 8 > _recent.Length)
                _recent = new long[_recent.Length * 4];
        }
        var block = _blocks[^1];
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(_used), (ushort)text.Length);
        text.CopyTo(block.AsSpan(_used + Prefix));
        var address = ((long)(_blocks.Count - 1) << BlockShift) | (uint)_used;
        _used += size;
        Bytes += size;
        return address;
    }

    // Between characters, so that what is kept is text.
    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> text)
    {
        var end = Longest;
        while (end > Longest - 4 && (text[end] & 0xC0) == 0x80)
            end--;
        return text[..end];
    }

    private static uint Hash(ReadOnlySpan<byte> text)
    {
        var hash = (uint)text.Length;
        for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..])
            hash = BitOperations.Crc32C(hash, BinaryPrimitives.ReadUInt64LittleEndian(text));
        foreach (var single in text)
            hash = BitOperations.Crc32C(hash, single);
        return hash;
    }
}
