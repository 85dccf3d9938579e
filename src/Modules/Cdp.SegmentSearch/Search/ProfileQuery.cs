using Cdp.SegmentSearch.Conditions;
using Cdp.SegmentSearch.Segments;

namespace Cdp.SegmentSearch.Search;

/// <summary>What is asked of all profiles: a condition, and the segments that it may refer to as they were when it was read.</summary>
public sealed class ProfileQuery
{
    internal ProfileQuery(Filter? filter, SegmentCatalog catalog) => (Filter, Catalog) = (filter, catalog);

    /// <summary>The condition; null: all profiles.</summary>
    public Filter? Filter { get; }

    /// <summary>How long events are kept, in ms: older ones do not count. Null: for ever.</summary>
    public long? EventsKept => Catalog.EventsKept;

    internal SegmentCatalog Catalog { get; }

    /// <summary>The condition of a segment that the filter refers to.</summary>
    public Filter SegmentCondition(string key) => Catalog.Find(key)!.Filter;
}
