using Cdp.SegmentSearch.Conditions;
using Cdp.SegmentSearch.Segments;
using Cdp.SegmentSearch.Writing;

namespace Cdp.SegmentSearch.Search;

/// <summary>Counts and finds profiles that meet a condition.</summary>
internal sealed class ProfileSearch(SegmentState state, IProfileSearch search)
{
    /// <summary>How many meet a condition, with some of them.</summary>
    public async Task<ProfilePreview> PreviewAsync(string condition, int sample, CancellationToken cancellationToken)
    {
        await state.WaitLoadedAsync(cancellationToken);
        return await search.PreviewAsync(Read(condition), sample, cancellationToken);
    }

    /// <summary>A page of those that meet a condition (all where it is empty), in order, with their exact number.</summary>
    public async Task<ProfilePage> SearchAsync(string condition, string sort, int limit, string cursor, CancellationToken cancellationToken)
    {
        var after = cursor.Length == 0 ? null : SearchCursor.Parse(cursor);
        await state.WaitLoadedAsync(cancellationToken);
        return await search.SearchAsync(Read(condition), sort, limit, after, cancellationToken);
    }

    private ProfileQuery Read(string condition)
    {
        SegmentMetrics.Searched.Add(1);
        var catalog = state.Catalog;
        var filter = condition.Length == 0 ? null : ConditionParser.Parse(condition, key => catalog.Find(key) is null ? "is no segment" : null);
        return new ProfileQuery(filter, catalog);
    }
}
