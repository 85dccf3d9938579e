using Cdp.SegmentSearch.Conditions;
using Cdp.SegmentSearch.Evaluation;
using Cdp.SegmentSearch.Index;
using Cdp.SegmentSearch.Segments;
using Cdp.SegmentSearch.Writing;

namespace Cdp.SegmentSearch.Search;

/// <summary>Counts and finds profiles that meet a condition.</summary>
internal sealed class ProfileSearch(SegmentState state, TimeProvider time)
{
    /// <summary>How many meet a condition, with some of them.</summary>
    public async Task<(int Count, IReadOnlyList<string> Sample)> PreviewAsync(string condition, int sample, CancellationToken cancellationToken)
    {
        await state.WaitLoadedAsync(cancellationToken);
        return Query(condition, matches => (matches.Count, (IReadOnlyList<string>)[.. matches.Ordinals().Take(sample).Select(p => state.Index.IdOf(p)!)]));
    }

    /// <summary>A page of those that meet a condition (all where it is empty), in order, with their exact number.</summary>
    public async Task<(IReadOnlyList<string> Ids, int Total, string NextCursor)> SearchAsync(
        string condition, string sort, int limit, string cursor, CancellationToken cancellationToken)
    {
        var after = cursor.Length == 0 ? (SortKey?)null : SearchCursor.Parse(cursor);
        await state.WaitLoadedAsync(cancellationToken);
        return Query<(IReadOnlyList<string>, int, string)>(condition, matches =>
        {
            // One more than asked for tells whether there is another page.
            var page = First(matches, sort, limit + 1, after);
            var hasMore = page.Count > limit;
            if (hasMore)
                page.RemoveAt(limit);
            return ([.. page.Select(p => p.Id)], matches.Count, hasMore ? SearchCursor.Format(page[^1]) : "");
        });
    }

    private T Query<T>(string condition, Func<OrdinalSet, T> map)
    {
        SegmentMetrics.Searched.Add(1);
        var catalog = state.Catalog;
        var filter = condition.Length == 0 ? null : ConditionParser.Parse(condition, key => catalog.Find(key) is null ? "is no segment" : null);
        return state.Index.Read(() => map(new IndexQuery(state.Index, catalog.MembersOf, time.GetUtcNow().ToUnixTimeMilliseconds()).Run(filter)));
    }

    // The first of all, by a heap that holds no more than the page, its last element on top.
    private List<SortKey> First(OrdinalSet matches, string sort, int count, SortKey? after)
    {
        var descending = sort.StartsWith('-');
        var column = new ColumnReference(state.Index.Traits, descending ? sort[1..] : sort);
        var order = Comparer<SortKey>.Create((left, right) => left.CompareTo(right, descending));
        var page = new PriorityQueue<SortKey, SortKey>(Comparer<SortKey>.Create((left, right) => order.Compare(right, left)));
        foreach (var profile in matches.Ordinals())
        {
            var (cell, texts) = sort.Length == 0 ? (Cell.Absent, state.Index.Traits.Columns.Texts) : column.Read(profile);
            var key = SortKey.Of(cell, texts, state.Index.IdOf(profile)!);
            if (after is { } former && order.Compare(key, former) <= 0)
                continue;
            if (page.Count < count)
                page.Enqueue(key, key);
            else if (order.Compare(key, page.Peek()) < 0)
                page.EnqueueDequeue(key, key);
        }
        return [.. page.UnorderedItems.Select(p => p.Element).Order(order)];
    }
}
