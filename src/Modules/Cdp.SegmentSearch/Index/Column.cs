namespace Cdp.SegmentSearch.Index;

/// <summary>Values of one path by row: a dictionary while few rows have one, then an array of cells.</summary>
internal sealed class Column(string path)
{
    private const int AlwaysSparse = 16;

    // An entry of the dictionary takes about as much room as this many cells.
    private const int EntryInCells = 4;
    private Dictionary<int, Cell>? _sparse = [];
    private Chunks<Cell>? _dense;

    public string Path { get; } = path;

    public Cell this[int row] => _dense is not null ? _dense.Get(row) : _sparse!.GetValueOrDefault(row);

    /// <param name="row">The row.</param>
    /// <param name="cell">The value; absent clears it.</param>
    /// <param name="rows">Rows of the table, to choose the better form.</param>
    public void Set(int row, Cell cell, int rows)
    {
        if (_dense is not null)
        {
            if (!cell.IsAbsent || !_dense.Get(row).IsAbsent)
                _dense.At(row) = cell;
        }
        else if (cell.IsAbsent)
            _sparse!.Remove(row);
        else
        {
            _sparse![row] = cell;
            if (_sparse.Count > AlwaysSparse && _sparse.Count * EntryInCells >= rows)
                Densify();
        }
    }

    private void Densify()
    {
        _dense = new Chunks<Cell>();
        foreach (var (row, cell) in _sparse!)
            _dense.At(row) = cell;
        _sparse = null;
    }
}
