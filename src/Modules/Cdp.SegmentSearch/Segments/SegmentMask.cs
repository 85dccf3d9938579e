namespace Cdp.SegmentSearch.Segments;

/// <summary>A set of segments by rank, one bit each.</summary>
internal sealed class SegmentMask(int segments)
{
    private const int Bits = 64;

    public ulong[] Words { get; } = new ulong[Math.Max(1, (segments + Bits - 1) / Bits)];

    public bool Contains(int rank) => (Words[rank / Bits] & (1UL << (rank % Bits))) != 0;

    public void Add(int rank) => Words[rank / Bits] |= 1UL << (rank % Bits);
}
