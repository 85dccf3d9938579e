using Cdp.SegmentSearch.Conditions;

namespace Cdp.SegmentSearch.Index;

/// <summary>A value as the index holds it.</summary>
/// <param name="kind">Its type.</param>
/// <param name="number">The number; 1 and 0 for true and false.</param>
/// <param name="text">The text in UTF-8, no longer than the index keeps.</param>
public readonly ref struct IndexedValue(CellKind kind, double number, ReadOnlySpan<byte> text)
{
    /// <summary>Its type; never absent.</summary>
    public CellKind Kind { get; } = kind;

    /// <summary>The number; 1 and 0 for true and false.</summary>
    public double Number { get; } = number;

    /// <summary>The text in UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; } = text;

    /// <summary>The moment that the text stands for, ms since 1970; null where it is none.</summary>
    public long? Time => Kind == CellKind.Text && IsoTime.TryParse(Text, out var time) ? time : null;
}
