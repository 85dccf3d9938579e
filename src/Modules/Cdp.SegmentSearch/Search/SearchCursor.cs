using System.Buffers.Text;
using System.Text.Json;
using Cdp.Contracts.Failures;

namespace Cdp.SegmentSearch.Search;

/// <summary>Where a page ended: the next one begins after its last profile, whatever has changed meanwhile.</summary>
/// <param name="Last">The last profile of the page.</param>
/// <param name="View">A search engine's name for the state that the pages are read from; it may be gone by the next page.</param>
public sealed record SearchCursor(SortKey Last, string? View = null)
{
    /// <summary>The cursor as text.</summary>
    public string Format() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));

    /// <summary>Reads a cursor; INVALID_ARGUMENT where it is none.</summary>
    public static SearchCursor Parse(string cursor)
    {
        try
        {
            var read = JsonSerializer.Deserialize<SearchCursor>(Base64Url.DecodeFromChars(cursor));
            if (read is { Last: { Text: not null, Id: not null } })
                return read;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw Invalid();
        }
        throw Invalid();
    }

    private static Exception Invalid() => Failure.Invalid("cursor", "expected a cursor of an earlier page");
}
