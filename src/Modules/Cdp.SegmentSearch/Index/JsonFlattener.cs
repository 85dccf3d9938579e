using System.Text;
using System.Text.Json;

namespace Cdp.SegmentSearch.Index;

/// <summary>
/// Puts a JSON value into a row of a table: an object's fields under dotted paths, an array's elements (and the fields of
/// objects in it) as arrays. Null is no value. Allocates only for paths that are new.
/// </summary>
internal sealed class JsonFlattener
{
    private const int LongestPath = 500;
    private const int MostBuilders = 200;
    private readonly char[] _path = new char[LongestPath];
    private readonly byte[] _unescaped = new byte[64 * 1024];
    private readonly Dictionary<string, CellArray.Builder> _arrays = new(StringComparer.Ordinal);
    private readonly List<CellArray.Builder> _open = [];
    private ColumnTable _table = new();
    private int _row;
    private int _arrayDepth;

    /// <summary>Writes a JSON value under a path; an empty path stands for the row itself, which has to be an object.</summary>
    public void Write(ColumnTable table, int row, ReadOnlySpan<char> path, ReadOnlySpan<byte> json)
    {
        if (path.Length > LongestPath)
            return;
        (_table, _row, _arrayDepth) = (table, row, 0);
        path.CopyTo(_path);
        var reader = new Utf8JsonReader(json);
        if (reader.Read())
            WriteValue(ref reader, path.Length);
    }

    private void WriteValue(ref Utf8JsonReader reader, int path)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                WriteObject(ref reader, path);
                break;
            case JsonTokenType.StartArray:
                WriteArray(ref reader, path);
                break;
            case JsonTokenType.Null:
                break;
            default:
                WriteScalar(ref reader, path);
                break;
        }
    }

    private void WriteObject(ref Utf8JsonReader reader, int path)
    {
        if (_arrayDepth > 0)
            Open(path);
        else if (path > 0)
            Set(path, Cell.Object);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text(ref reader);
            var start = path == 0 ? 0 : path + 1;
            var length = start + Encoding.UTF8.GetCharCount(name);
            reader.Read();
            if (length > LongestPath)
            {
                reader.Skip();
                continue;
            }
            if (path > 0)
                _path[path] = '.';
            Encoding.UTF8.GetChars(name, _path.AsSpan(start));
            WriteValue(ref reader, length);
        }
    }

    private void WriteArray(ref Utf8JsonReader reader, int path)
    {
        _arrayDepth++;
        // The array itself exists even where nothing in it can be compared.
        Open(path);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            WriteValue(ref reader, path);
        if (--_arrayDepth > 0)
            return;
        foreach (var array in _open)
        {
            _table.FindOrAdd(array.Path)?.Set(_row, Cell.OfArray(_table.Texts.Add(array.Bytes)), _table.Rows);
            array.Clear();
        }
        _open.Clear();
        if (_arrays.Count > MostBuilders)
            _arrays.Clear();
    }

    private void WriteScalar(ref Utf8JsonReader reader, int path)
    {
        var array = _arrayDepth > 0 ? Open(path) : null;
        switch (reader.TokenType)
        {
            case JsonTokenType.String when array is null:
                Set(path, Cell.OfText(_table.Texts.Add(Text(ref reader))));
                break;
            case JsonTokenType.String:
                array.AddText(Text(ref reader));
                break;
            case JsonTokenType.Number when array is null:
                Set(path, Cell.OfNumber(reader.GetDouble()));
                break;
            case JsonTokenType.Number:
                array.AddNumber(reader.GetDouble());
                break;
            case var boolean when array is null:
                Set(path, Cell.OfBoolean(boolean == JsonTokenType.True));
                break;
            case var boolean:
                array.AddBoolean(boolean == JsonTokenType.True);
                break;
        }
    }

    private void Set(int path, Cell cell) => _table.FindOrAdd(_path.AsSpan(0, path))?.Set(_row, cell, _table.Rows);

    private CellArray.Builder Open(int path)
    {
        var arrays = _arrays.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!arrays.TryGetValue(_path.AsSpan(0, path), out var array))
        {
            var name = _path.AsSpan(0, path).ToString();
            _arrays[name] = array = new CellArray.Builder(name);
        }
        if (!array.IsOpen)
        {
            array.IsOpen = true;
            _open.Add(array);
        }
        return array;
    }

    private ReadOnlySpan<byte> Text(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped || reader.ValueSpan.Length > _unescaped.Length)
            return reader.ValueSpan;
        try
        {
            return _unescaped.AsSpan(0, reader.CopyString(_unescaped));
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair is no text; it stays as it was sent.
            return reader.ValueSpan;
        }
    }
}
