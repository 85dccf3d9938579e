using System.Buffers.Text;
using System.Text.Json;
using Cdp.Contracts.Failures;

namespace Cdp.SegmentSearch.Search;

/// <summary>The last profile of a page as text: the next page begins after it, whatever has changed meanwhile.</summary>
internal static class SearchCursor
{
    public static string Format(SortKey last) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(last));

    public static SortKey Parse(string cursor)
    {
        try
        {
            var key = JsonSerializer.Deserialize<SortKey>(Base64Url.DecodeFromChars(cursor));
            if (key is { Text: not null, Id: not null })
                return key;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw Invalid();
        }
        throw Invalid();
    }

    private static Exception Invalid() => Failure.Invalid("cursor", "expected a cursor of an earlier page");
}
