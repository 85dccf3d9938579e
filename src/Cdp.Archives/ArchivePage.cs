namespace Cdp.Archives;

/// <summary>Some records of an archive.</summary>
/// <param name="Records">The records.</param>
/// <param name="Next">Cursor of the next page; null at the end.</param>
public sealed record ArchivePage(IReadOnlyList<ReadOnlyMemory<byte>> Records, string? Next);
