using Cdp.SegmentSearch.Evaluation;
using Cdp.SegmentSearch.Index;
using Cdp.SegmentSearch.Segments;

namespace Cdp.SegmentSearch.Search;

/// <summary>Searches the index in memory: the embedded form.</summary>
internal sealed class MemoryProfileSearch(SegmentState state, TimeProvider time) : IProfileSearch
{
    /// <inheritdoc />
    public Task<ProfilePreview> PreviewAsync(ProfileQuery query, int sample, CancellationToken cancellationToken) => Task.FromResult(Query(
        query, matches => new ProfilePreview(matches.Count, [.. matches.Ordinals().Take(sample).Select(p => state.Index.IdOf(p)!)])));

    /// <inheritdoc />
    public Task<ProfilePage> SearchAsync(ProfileQuery query, string sort, int limit, SearchCursor? after, CancellationToken cancellationToken) =>
        Task.FromResult(Query(query, matches =>
        {
            // One more than asked for tells whether there is another page.
            var page = First(matches, sort, limit + 1, after?.Last);
            var hasMore = page.Count > limit;
            if (hasMore)
                page.RemoveAt(limit);
            return new ProfilePage([.. page.Select(p => p.Id)], matches.Count, hasMore ? new SearchCursor(page[^1]) : null);
        }));

    private T Query<T>(ProfileQuery query, Func<OrdinalSet, T> map) => state.Index.Read(
        () => map(new IndexQuery(state.Index, query.Catalog.MembersOf, time.GetUtcNow().ToUnixTimeMilliseconds()).Run(query.Filter)));

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
