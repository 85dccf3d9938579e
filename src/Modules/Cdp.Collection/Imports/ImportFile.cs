using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Cdp.Collection.Intake;
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

    // What decoding puts in the place of bytes that are not UTF-8.
    private const char Replacement = '\uFFFD';

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
        while (await TryReadAsync(parser, number + 1))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var record = parser.Record!;
            if (columns is null)
            {
                onColumns(columns = hasHeader ? new CsvColumns(record) : CsvColumns.Numbered(record.Length));
                if (hasHeader)
                    continue;
            }
            number++;
            if (record.Length > columns.Names.Count)
                yield return (null, WrongLength(number, record, columns));
            else if (Array.Exists(record, field => field.Contains(Replacement)))
                yield return (null, NotUtf8(number));
            else
                yield return (new CsvRow(number, record, columns), null);
        }
        if (columns is null)
            onColumns(new CsvColumns([]));
    }

    private static async IAsyncEnumerable<(ImportRow? Row, RowFailure? Failure)> ReadWhitespaceAsync(
        Stream stream, bool hasHeader, Action<CsvColumns> onColumns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lines = new LineReader(stream, LongestRow);
        CsvColumns? columns = null;
        long number = 0;
        while (await lines.ReadAsync(cancellationToken))
        {
            var record = lines.Line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (record.Length == 0 && !lines.IsTooLong)
                continue;
            if (columns is null && !lines.IsTooLong)
            {
                onColumns(columns = hasHeader ? new CsvColumns(record) : CsvColumns.Numbered(record.Length));
                if (hasHeader)
                    continue;
            }
            number++;
            if (columns is null || lines.IsTooLong)
                yield return (null, TooLong(number));
            else if (record.Length != columns.Names.Count)
                yield return (null, WrongLength(number, record, columns));
            else if (lines.Line.Contains(Replacement))
                yield return (null, NotUtf8(number));
            else
                yield return (new CsvRow(number, record, columns), null);
        }
        if (columns is null)
            onColumns(new CsvColumns([]));
    }

    private static async IAsyncEnumerable<(ImportRow? Row, RowFailure? Failure)> ReadJsonAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lines = new LineReader(stream, LongestRow);
        long number = 0;
        while (await lines.ReadAsync(cancellationToken))
        {
            if (string.IsNullOrWhiteSpace(lines.Line) && !lines.IsTooLong)
                continue;
            number++;
            if (lines.IsTooLong)
                yield return (null, TooLong(number));
            else if (lines.Line.Contains(Replacement))
                yield return (null, NotUtf8(number));
            else
                yield return Parse(number, lines.Line);
        }
    }

    private static (ImportRow? Row, RowFailure? Failure) Parse(long number, string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        LoneSurrogates.Replace(bytes);
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? (new JsonRow(number, json.RootElement.Clone()), null)
                : (null, new RowFailure(number, "", "is not a JSON object"));
        }
        catch (JsonException)
        {
            return (null, new RowFailure(number, "", "is not valid JSON"));
        }
    }

    private static async Task<bool> TryReadAsync(CsvParser parser, long number)
    {
        try
        {
            return await parser.ReadAsync();
        }
        catch (MaxFieldSizeException exception)
        {
            // Most often a quote that is never closed: where the next row would begin is not known.
            throw new InvalidDataException($"Row {number} has a field longer than {LongestRow} characters; the file was not read further. Is a quote left open?", exception);
        }
    }

    private static RowFailure TooLong(long number) => new(number, "", $"is longer than {LongestRow} characters");

    private static RowFailure NotUtf8(long number) => new(number, "", "holds bytes that are not UTF-8");

    private static RowFailure WrongLength(long number, string[] record, CsvColumns columns) =>
        new(number, "", $"has {record.Length} fields, the file has {columns.Names.Count} columns");
}
