namespace Cdp.Archives;

/// <summary>Some records of one type.</summary>
/// <param name="Records">The records.</param>
/// <param name="Next">Cursor of the next page; null at the end.</param>
public sealed record RecordPage<T>(IReadOnlyList<T> Records, string? Next);
