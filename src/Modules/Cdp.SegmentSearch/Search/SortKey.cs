using Cdp.SegmentSearch.Index;

namespace Cdp.SegmentSearch.Search;

/// <summary>
/// What a profile is sorted by: booleans, then numbers, then texts, then profiles without a comparable value, whichever the
/// direction; among equals the profile id.
/// </summary>
/// <param name="Class">0 boolean, 1 number, 2 text, 3 nothing to compare.</param>
/// <param name="Number">The number; 1 and 0 for true and false.</param>
/// <param name="Text">The text in UTF-8.</param>
/// <param name="Id">Profile id.</param>
public readonly record struct SortKey(int Class, double Number, byte[] Text, string Id)
{
    private const int Last = 3;

    internal static SortKey Of(Cell cell, TextArena texts, string id) => cell.Kind switch
    {
        CellKind.Boolean => new SortKey(0, cell.Number, [], id),
        CellKind.Number => new SortKey(1, cell.Number, [], id),
        CellKind.Text => new SortKey(2, 0, texts.Read(cell.Address).ToArray(), id),
        _ => new SortKey(Last, 0, [], id),
    };

    /// <summary>Whether this one comes before the other (negative) or after it.</summary>
    public int CompareTo(SortKey other, bool descending)
    {
        var byValue = Class.CompareTo(other.Class);
        if (byValue != 0 && (Class == Last || other.Class == Last))
            return byValue;
        if (byValue == 0)
            byValue = Number.CompareTo(other.Number);
        if (byValue == 0)
            byValue = Text.AsSpan().SequenceCompareTo(other.Text);
        return byValue == 0 ? string.CompareOrdinal(Id, other.Id) : descending ? -byValue : byValue;
    }
}
