namespace Cdp.SegmentSearch.Index;

/// <summary>Columns by path over common rows, with the texts that they share.</summary>
internal sealed class ColumnTable
{
    /// <summary>Paths kept; values at further ones are not searchable.</summary>
    public const int MostColumns = 1_000;

    private readonly Dictionary<string, Column> _columns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Column>.AlternateLookup<ReadOnlySpan<char>> _byPath;

    public ColumnTable() => _byPath = _columns.GetAlternateLookup<ReadOnlySpan<char>>();

    public TextArena Texts { get; } = new();

    /// <summary>Rows, used or not.</summary>
    public int Rows { get; set; }

    public IReadOnlyCollection<Column> Columns => _columns.Values;

    public Column? Find(string path) => _columns.GetValueOrDefault(path);

    /// <summary>The column of a path; null where there are too many.</summary>
    public Column? FindOrAdd(ReadOnlySpan<char> path)
    {
        if (_byPath.TryGetValue(path, out var column))
            return column;
        if (_columns.Count >= MostColumns)
            return null;
        var name = path.ToString();
        return _columns[name] = new Column(name);
    }

    /// <summary>A table of the given rows in their order (-1: an empty one), without texts that nothing refers to.</summary>
    public ColumnTable Copy(ReadOnlySpan<int> rows)
    {
        var copy = new ColumnTable { Rows = rows.Length };
        foreach (var column in _columns.Values)
        {
            Column? target = null;
            for (var row = 0; row < rows.Length; row++)
            {
                var cell = rows[row] < 0 ? Cell.Absent : column[rows[row]];
                if (cell.IsAbsent)
                    continue;
                target ??= copy.FindOrAdd(column.Path)!;
                target.Set(row, Copy(cell, copy.Texts), copy.Rows);
            }
        }
        return copy;
    }

    private Cell Copy(Cell cell, TextArena target) => cell.Kind switch
    {
        CellKind.Text => Cell.OfText(target.Add(Texts.Read(cell.Address))),
        CellKind.Array => Cell.OfArray(target.Add(Texts.Read(cell.Address))),
        _ => cell,
    };
}
