using Cdp.SegmentSearch.Index;

namespace Cdp.SegmentSearch.Evaluation;

/// <summary>A path in a table whose column may not be there yet. Remembers it; for one thread at a time.</summary>
internal sealed class ColumnReference(IColumnSource source, string path)
{
    private ColumnTable? _table;
    private int _columns = -1;
    private Column? _column;

    public (Cell Cell, TextArena Texts) Read(int row)
    {
        var table = source.Columns;
        if (!ReferenceEquals(table, _table) || (_column is null && _columns != table.Columns.Count))
            (_table, _columns, _column) = (table, table.Columns.Count, table.Find(path));
        return (_column is null ? Cell.Absent : _column[row], table.Texts);
    }
}
