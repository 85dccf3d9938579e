using System.Globalization;
using System.Text.Json;

namespace Cdp.Collection.Imports;

/// <summary>One row of a file: its number from 1, and its values by column.</summary>
internal abstract class ImportRow(long number)
{
    public long Number { get; } = number;

    /// <summary>The value of a column as text; null where the row has none.</summary>
    public abstract string? Get(string column);
}

/// <summary>A row of a CSV.</summary>
internal sealed class CsvRow(long number, string?[] values, CsvColumns columns) : ImportRow(number)
{
    public override string? Get(string column) => columns.IndexOf(column) is var at && at >= 0 && at < values.Length ? values[at] : null;
}

/// <summary>The columns of a CSV: by header, else by number from 1.</summary>
internal sealed class CsvColumns
{
    private readonly Dictionary<string, int> _index;

    public CsvColumns(IReadOnlyList<string> headers)
    {
        Names = headers;
        _index = new(StringComparer.Ordinal);
        for (var i = 0; i < headers.Count; i++)
            _index.TryAdd(headers[i], i);
    }

    public IReadOnlyList<string> Names { get; }

    public static CsvColumns Numbered(int count) => new([.. Enumerable.Range(1, count).Select(i => i.ToString(CultureInfo.InvariantCulture))]);

    public int IndexOf(string column) => _index.GetValueOrDefault(column, -1);
}

/// <summary>A line of NDJSON; columns are dotted paths.</summary>
internal sealed class JsonRow(long number, JsonElement json) : ImportRow(number)
{
    public override string? Get(string column)
    {
        var at = json;
        foreach (var name in column.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                return null;
        }
        return at.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.Undefined => null,
            JsonValueKind.String => at.GetString(),
            _ => at.GetRawText(),
        };
    }
}
