using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cdp.SegmentSearch.Search;
using Cdp.Storage.Elastic.Documents;
using Cdp.Storage.Elastic.Queries;

namespace Cdp.Storage.Elastic.Searching;

/// <summary>Writes what is sent to <c>_search</c>. Totals are exact; nothing comes back of a profile but its id.</summary>
internal static class SearchBody
{
    /// <summary>How long a point in time lives after a page.</summary>
    public const string KeepAlive = "1m";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Some profiles that meet a condition, in no order.</summary>
    public static ReadOnlyMemory<byte> Preview(ProfileQuery query, long now, int size) => Write(size, json => WriteQuery(json, query, now));

    /// <summary>A page of profiles that meet a condition.</summary>
    public static ReadOnlyMemory<byte> Page(ProfileQuery query, long now, string sort, int size, SearchCursor? after) => Write(size, json =>
    {
        WriteQuery(json, query, now);
        json.WriteStartArray("sort");
        if (sort.Length > 0)
            WriteTrait(json, sort);
        WriteId(json);
        if (after is not null)
        {
            json.WriteStartArray("search_after");
            if (sort.Length > 0)
                json.WriteStringValue(SortKeys.Write(after.Last));
            json.WriteStringValue(after.Last.Id);
            json.WriteEndArray();
        }
        WriteView(json, after?.View);
    });

    /// <summary>A page of all profiles by id, with their versions.</summary>
    public static ReadOnlyMemory<byte> Versions(string view, string afterId, int size) => Write(size, json =>
    {
        json.WriteBoolean("version", true);
        json.WriteStartArray("sort");
        WriteId(json);
        if (afterId.Length > 0)
        {
            json.WriteStartArray("search_after");
            json.WriteStringValue(afterId);
            json.WriteEndArray();
        }
        WriteView(json, view);
    });

    private static void WriteQuery(Utf8JsonWriter json, ProfileQuery query, long now)
    {
        json.WriteBoolean("track_total_hits", true);
        json.WriteStartObject("query");
        json.WriteStartObject("bool");
        json.WriteStartArray("filter");
        new FilterQuery(json, query, now).Write();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // Among the rows of the traits, the one of this trait; profiles without one come last in either direction.
    private static void WriteTrait(Utf8JsonWriter json, string sort)
    {
        var descending = sort.StartsWith('-');
        json.WriteStartObject();
        json.WriteStartObject($"{ProfileMapping.Sort}.{ProfileMapping.Key}");
        json.WriteString("order", descending ? "desc" : "asc");
        json.WriteString("missing", "_last");
        json.WriteStartObject("nested");
        json.WriteString("path", ProfileMapping.Sort);
        json.WriteStartObject("filter");
        json.WriteStartObject("term");
        json.WriteString($"{ProfileMapping.Sort}.{ProfileMapping.Path}", descending ? sort[1..] : sort);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString(ProfileMapping.Id, "asc");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteView(Utf8JsonWriter json, string? view)
    {
        if (view is null)
            return;
        json.WriteStartObject("pit");
        json.WriteString("id", view);
        json.WriteString("keep_alive", KeepAlive);
        json.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Write(int size, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4 * 1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("size", size);
            json.WriteBoolean("_source", false);
            write(json);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }
}
