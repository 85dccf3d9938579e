namespace Cdp.SegmentSearch.Index;

/// <summary>Something whose columns are exchanged for others now and then.</summary>
internal interface IColumnSource
{
    ColumnTable Columns { get; }
}
