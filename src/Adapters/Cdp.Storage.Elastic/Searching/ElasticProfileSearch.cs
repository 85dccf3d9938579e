using System.Net;
using System.Text.Json;
using Cdp.Contracts.Failures;
using Cdp.SegmentSearch.Search;
using Cdp.Storage.Elastic.Connection;
using Cdp.Storage.Elastic.Indices;
using Cdp.Storage.Elastic.Queries;
using Cdp.Storage.Elastic.Writing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cdp.Storage.Elastic.Searching;

/// <summary>
/// Searches the engine. The index in memory answers instead while the engine's is being built, and where the engine refuses
/// a condition for its size: what can be defined as a segment can be searched for.
/// </summary>
internal sealed partial class ElasticProfileSearch(
    IndexReader reader, IndexNames names, IndexFollower follower, EngineState state, Freshness freshness, TimeProvider time,
    [FromKeyedServices(IProfileSearch.InMemory)] IProfileSearch memory, ILogger<ElasticProfileSearch> logger) : IProfileSearch
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc />
    public Task<ProfilePreview> PreviewAsync(ProfileQuery query, int sample, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            using var found = await reader.SearchAsync(names.Live, SearchBody.Preview(query, Now, sample), cancellationToken);
            return new ProfilePreview(Total(found), [.. Hits(found).Select(hit => hit.GetProperty("_id").GetString()!)]);
        },
        () => memory.PreviewAsync(query, sample, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<ProfilePage> SearchAsync(ProfileQuery query, string sort, int limit, SearchCursor? after, CancellationToken cancellationToken) => AskAsync(
        () => PageAsync(query, sort, limit, after, cancellationToken),
        () => memory.SearchAsync(query, sort, limit, after, cancellationToken), cancellationToken);

    private static long Total(JsonDocument found) => found.RootElement.GetProperty("hits").GetProperty("total").GetProperty("value").GetInt64();

    private static JsonElement.ArrayEnumerator Hits(JsonDocument found) => found.RootElement.GetProperty("hits").GetProperty("hits").EnumerateArray();

    private async Task<T> AskAsync<T>(Func<Task<T>> engine, Func<Task<T>> inMemory, CancellationToken cancellationToken)
    {
        if (!state.Serves)
            return await FromMemoryAsync(inMemory);
        try
        {
            await freshness.EnsureAsync(cancellationToken);
            return await engine();
        }
        catch (ElasticException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            // Somebody deleted the index.
            follower.Recheck();
            return await FromMemoryAsync(inMemory);
        }
        catch (Exception exception) when (exception is OversizeQueryException or ElasticException { Status: HttpStatusCode.BadRequest or HttpStatusCode.InternalServerError })
        {
            LogRefused(exception.Message);
            return await FromMemoryAsync(inMemory);
        }
        catch (ElasticException exception)
        {
            LogFailed(exception.Message);
            throw Failure.Unavailable("The search engine does not answer at the moment; try again later.");
        }
    }

    // The second page and those after it are read from one state, where that is still there. The first opens none: most are
    // never followed by another, and engines limit how many may be open.
    private async Task<ProfilePage> PageAsync(ProfileQuery query, string sort, int limit, SearchCursor? after, CancellationToken cancellationToken)
    {
        if (after is null)
            return await ReadAsync(query, sort, limit, after, cancellationToken);
        if (after.View is not null)
        {
            try
            {
                return await ReadAsync(query, sort, limit, after, cancellationToken);
            }
            catch (ElasticException exception) when (exception.Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
            {
                // It is gone: the pages go on in a new one.
            }
        }
        return await ReadAsync(query, sort, limit, after with { View = await OpenAsync(cancellationToken) }, cancellationToken);
    }

    private async Task<ProfilePage> ReadAsync(ProfileQuery query, string sort, int limit, SearchCursor? after, CancellationToken cancellationToken)
    {
        // One more than asked for tells whether there is another page.
        var body = SearchBody.Page(query, Now, sort, limit + 1, after);
        using var found = after?.View is null
            ? await reader.SearchAsync(names.Live, body, cancellationToken)
            : await reader.SearchViewAsync(body, cancellationToken);
        var view = after?.View is null ? null : found.RootElement.GetProperty("pit_id").GetString();
        var hits = Hits(found).ToList();
        SearchCursor? next = null;
        if (hits.Count > limit)
            next = new SearchCursor(SortKeys.Read(hits[limit - 1].GetProperty("sort")), view);
        else if (view is not null)
            await reader.CloseAsync(view, cancellationToken);
        return new ProfilePage([.. hits.Take(limit).Select(hit => hit.GetProperty("_id").GetString()!)], Total(found), next);
    }

    // Without one, each page is read from what is there then.
    private async Task<string?> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await reader.OpenAsync(names.Live, cancellationToken);
        }
        catch (ElasticException exception)
        {
            LogNotOpened(exception.Message);
            return null;
        }
    }

    private static Task<T> FromMemoryAsync<T>(Func<Task<T>> search)
    {
        ElasticMetrics.FromMemory.Add(1);
        return search();
    }

    [LoggerMessage(EventId = 440, Level = LogLevel.Information, Message = "A condition was answered from memory: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(EventId = 441, Level = LogLevel.Warning, Message = "A search failed: {Reason}")]
    private partial void LogFailed(string reason);

    [LoggerMessage(EventId = 442, Level = LogLevel.Information, Message = "No point in time could be opened, pages follow the changes: {Reason}")]
    private partial void LogNotOpened(string reason);
}
