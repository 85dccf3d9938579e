namespace Cdp.SegmentSearch.Store;

/// <summary>How far everything stored has come.</summary>
/// <param name="Profile">Sequence of the feed of changed profiles whose results are stored.</param>
/// <param name="Feed">Last sequence of the feed of entries and exits.</param>
public readonly record struct SegmentPositions(long Profile, long Feed);
