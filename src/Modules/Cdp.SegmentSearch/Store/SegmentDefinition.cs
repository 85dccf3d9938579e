namespace Cdp.SegmentSearch.Store;

/// <summary>What a segment is.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Condition">Its condition as JSON text.</param>
/// <param name="CreatedAt">Creation, ms since 1970.</param>
/// <param name="UpdatedAt">Last change, ms since 1970.</param>
public sealed record SegmentDefinition(string Key, string Name, string Condition, long CreatedAt, long UpdatedAt);
