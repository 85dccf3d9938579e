namespace Cdp.SegmentSearch.Search;

/// <summary>
/// Finds profiles that meet a condition, with exact numbers. An answer includes everything that the stage had taken from the
/// feed when it was asked. UNAVAILABLE where that cannot be promised in time.
/// </summary>
public interface IProfileSearch
{
    /// <summary>Key under which the search in memory is registered; other forms leave to it what their engine cannot answer.</summary>
    const string InMemory = "memory";

    /// <summary>How many meet a condition, with some of them.</summary>
    Task<ProfilePreview> PreviewAsync(ProfileQuery query, int sample, CancellationToken cancellationToken);

    /// <summary>A page of those that meet a condition, in order.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="sort">Path of the trait to sort by, with - in front for descending; empty: by profile id.</param>
    /// <param name="limit">At most this many.</param>
    /// <param name="after">Where the page before ended; null for the first page.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ProfilePage> SearchAsync(ProfileQuery query, string sort, int limit, SearchCursor? after, CancellationToken cancellationToken);
}

/// <summary>How many meet a condition, with some of them.</summary>
public sealed record ProfilePreview(long Count, IReadOnlyList<string> Sample);

/// <summary>A page of profiles.</summary>
/// <param name="Ids">Profile ids in order.</param>
/// <param name="Total">Matches in all.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record ProfilePage(IReadOnlyList<string> Ids, long Total, SearchCursor? Next);
