using System.Globalization;
using System.Text;
using System.Text.Json;
using Cdp.Storage.Elastic.Documents;
using SortKey = Cdp.SegmentSearch.Search.SortKey;

namespace Cdp.Storage.Elastic.Searching;

/// <summary>Turns what the engine sorts by into sort keys, and back: cursors are the same whoever answers.</summary>
internal static class SortKeys
{
    /// <summary>The key of a hit; without a trait to sort by, only the id counts.</summary>
    public static SortKey Read(JsonElement sort)
    {
        var id = sort[sort.GetArrayLength() - 1].GetString()!;
        if (sort.GetArrayLength() == 1 || sort[0].ValueKind != JsonValueKind.String || sort[0].GetString() is not { Length: > 0 } key)
            return new SortKey(3, 0, [], id);
        return key[0] switch
        {
            Term.Boolean => new SortKey(0, key[1] - '0', [], id),
            Term.Number => new SortKey(1, SortableNumber.ToDouble(ulong.Parse(key.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture)), [], id),
            _ => new SortKey(2, 0, Encoding.UTF8.GetBytes(key[1..]), id),
        };
    }

    /// <summary>The value of a key as the engine has it; null where there is none.</summary>
    public static string? Write(SortKey key) => key.Class switch
    {
        0 => $"{Term.Boolean}{(key.Number == 0 ? '0' : '1')}",
        1 => Term.Number + Term.OfNumber(key.Number),
        2 => Term.Text + Term.OfText(key.Text),
        _ => null,
    };
}
