using System.Runtime.CompilerServices;

namespace Cdp.SegmentSearch.Index;

/// <summary>A list that grows without copying; stretches that were never written take no room.</summary>
internal sealed class Chunks<T>
    where T : struct
{
    private const int Shift = 8;
    private const int Size = 1 << Shift;
    private T[]?[] _chunks = [];

    /// <summary>The value at an index; the default where none was written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Get(int index)
    {
        var chunk = index >> Shift;
        return (uint)chunk < (uint)_chunks.Length && _chunks[chunk] is { } values ? values[index & (Size - 1)] : default;
    }

    /// <summary>The place of a value, to write to.</summary>
    public ref T At(int index)
    {
        var chunk = index >> Shift;
        if (chunk >= _chunks.Length)
            Array.Resize(ref _chunks, Math.Max(chunk + 1, _chunks.Length * 2));
        return ref (_chunks[chunk] ??= new T[Size])[index & (Size - 1)];
    }
}
