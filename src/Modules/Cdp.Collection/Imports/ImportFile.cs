using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;

namespace Cdp.Collection.Imports;

/// <summary>A row that could not be read.</summary>
internal sealed record RowFailure(long Number, string Field, string Reason);

/// <summary>Reads a file row by row as it arrives.</summary>
internal static class ImportFile
{
    /// <summary>Longest row, in characters: what an event may hold.</summary>
    private const int LongestRow = 32 * 1024;

    /// <summary>Rows of the file; <paramref name="onColumns"/> is told a CSV's columns before the first row.</summary>
    public static IAsyncEnumerable<(ImportRow? Row, RowFailure? Failure)> ReadAsync(
        Stream stream, string format, string delimiter, bool hasHeader, Action<CsvColumns> onColumns, CancellationToken cancellationToken) =>
        (format, delimiter) switch
        {
            ("ndjson", _) => ReadJsonAsync(stream, cancellationToken),
            (_, "whitespace") => ReadWhitespaceAsync(stream, hasHeader, onColumns, cancellationToken),
            _ => ReadCsvAsync(stream, delimiter.Length == 0 ? "," : delimiter, hasHeader, onColumns, cancellationToken),
        };

    private static async IAsyncEnumerable<(ImportRow? Row, RowFailure? Failure)> ReadCsvAsync(
        Stream stream, string delimiter, bool hasHeader, Action<CsvColumns> onColumns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var text = new StreamReader(stream);
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = delimiter,
            HasHeaderRecord = false,
            BadDataFound = null,
            MaxFieldSize = LongestRow,
        };
        using var parser = new CsvParser(text, configuration);
        CsvColumns? columns = null;
        long number = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RowFailure? failure = null;
            var more = true;
            try
            {
                more = await parser.ReadAsync();
            }
            catch (MaxFieldSizeException)
            {
                failure = new RowFailure(number + 1, "", $"a field is longer than {LongestRow} characters");
            }
            if (!more)
                break;
            if (failure is not null)
            {
                number++;
                yield return (null, failure);
                // Where the next row would begin is not known.
                yield break;
            }
            var record = parser.Record!;
            if (columns is null)
            {
                onColumns(columns = hasHeader ? new CsvColumns(record) : CsvColumns.Numbered(record.Length));
                if (hasHeader)
                    continue;
            }
            number++;
            yield return record.Length > columns.Names.Count
                ? (null, new RowFailure(number, "", $"has {record.Length} fields, the file has {columns.Names.Count} columns"))
                : (new CsvRow(number, record, columns), null);
        }
        if (columns is null)
            onColumns(new CsvColumns([]));
    }

    private static async IAsyncEnumerable<(ImportRow? Row, RowFailure? Failure)> ReadWhitespaceAsync(
        Stream stream, bool hasHeader, Action<CsvColumns> onColumns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var text = new StreamReader(stream);
        CsvColumns? columns = null;
        long number = 0;
        while (await text.ReadLineAsync(cancellationToken) is { } line)
        {
            var record = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (record.Length == 0)
                continue;
            if (columns is null)
            {
                onColumns(columns = hasHeader ? new CsvColumns(record) : CsvColumns.Numbered(record.Length));
                if (hasHeader)
                    continue;
            }
            number++;
            yield return record.Length == columns.Names.Count
                ? (new CsvRow(number, record, columns), null)
                : (null, new RowFailure(number, "", $"has {record.Length} fields, the file has {columns.Names.Count} columns"));
        }
        if (columns is null)
            onColumns(new CsvColumns([]));
    }

    private static async IAsyncEnumerable<(ImportRow? Row, RowFailure? Failure)> ReadJsonAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var text = new StreamReader(stream);
        long number = 0;
        while (await text.ReadLineAsync(cancellationToken) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            number++;
            yield return Parse(number, line);
        }
    }

    private static (ImportRow? Row, RowFailure? Failure) Parse(long number, string line)
    {
        if (line.Length > LongestRow)
            return (null, new RowFailure(number, "", $"is longer than {LongestRow} characters"));
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? (new JsonRow(number, json.RootElement.Clone()), null)
                : (null, new RowFailure(number, "", "is not a JSON object"));
        }
        catch (JsonException)
        {
            return (null, new RowFailure(number, "", "is not valid JSON"));
        }
    }
}
