using Cdp.SegmentSearch.Index;

namespace Cdp.SegmentSearch.Search;

/// <summary>
/// What a profile is sorted by: booleans, then numbers, then texts, then profiles without a comparable value, whichever the
/// direction; among equals the profile id.
/// </summary>
internal readonly record struct SortKey(int Class, double Number, byte[] Text, string Id)
{
    private const int Last = 3;

    public static SortKey Of(Cell cell, TextArena texts, string id) => cell.Kind switch
    {
        CellKind.Boolean => new SortKey(0, cell.Number, [], id),
        CellKind.Number => new SortKey(1, cell.Number, [], id),
        CellKind.Text => new SortKey(2, 0, texts.Read(cell.Address).ToArray(), id),
        _ => new SortKey(Last, 0, [], id),
    };

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
