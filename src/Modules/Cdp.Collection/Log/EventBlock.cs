using System.Buffers;

namespace Cdp.Collection.Log;

/// <summary>One event of a block.</summary>
/// <param name="Start">Where its bytes begin in the block.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="DedupeKey">128 bits of SHA-256 over source id and message id: equal keys are the same event.</param>
/// <param name="PersonHash">Hash of the person key (userId, else anonymousId): chooses the partition.</param>
public readonly record struct EventEntry(int Start, int Length, UInt128 DedupeKey, ulong PersonHash);

/// <summary>
/// Validated events on their way to the log, back to back in one pooled buffer. Each entry is one <c>events</c> field of
/// <c>cdp.collection.v1.EventBatch</c>, tag and length included, so that the log only has to put entries side by side.
/// </summary>
/// <param name="capacity">Bytes expected, so that the buffer need not grow.</param>
/// <param name="events">Events expected.</param>
public sealed class EventBlock(int capacity, int events) : IBufferWriter<byte>, IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(capacity);
    private int _length;

    /// <summary>Events in the order they came.</summary>
    public List<EventEntry> Entries { get; } = new(events);

    /// <summary>All bytes written so far.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Number of bytes written so far: where the next entry starts.</summary>
    public int Length => _length;

    /// <inheritdoc />
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _length);
        _length += count;
    }

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_length);
    }

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc />
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
        Entries.Clear();
    }

    private void Reserve(int size)
    {
        var needed = _length + Math.Max(size, 1);
        if (needed <= _buffer.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _buffer.Length * 2));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
