using System.Net;
using System.Text.Json;
using Cdp.Storage.Elastic.Connection;

namespace Cdp.Storage.Elastic.Searching;

/// <summary>Asks the engine: searches, refreshes, points in time.</summary>
internal sealed class IndexReader(ElasticClient client, EngineState state)
{
    // A partial answer would be a wrong one.
    private const string WholeAnswers = "_search?allow_partial_search_results=false";

    public Task<JsonDocument> SearchAsync(string index, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        client.PostAsync($"{index}/{WholeAnswers}", body, cancellationToken);

    /// <summary>Searches the point in time that the body names.</summary>
    public Task<JsonDocument> SearchViewAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        client.PostAsync(WholeAnswers, body, cancellationToken);

    /// <summary>Makes everything written visible to searches.</summary>
    public async Task RefreshAsync(string index, CancellationToken cancellationToken) =>
        (await client.PostAsync($"{index}/_refresh", default, cancellationToken)).Dispose();

    /// <summary>Opens a point in time; engines limit how many may be open.</summary>
    public async Task<string> OpenAsync(string index, CancellationToken cancellationToken)
    {
        using var opened = await client.PostOnceAsync(state.Engine.OpenPath(index, SearchBody.KeepAlive), cancellationToken);
        return opened.RootElement.GetProperty(state.Engine.OpenedId).GetString()!;
    }

    /// <summary>Closes a point in time; it may have ended by itself.</summary>
    public async Task CloseAsync(string view, CancellationToken cancellationToken)
    {
        try
        {
            (await client.DeleteAsync(state.Engine.ClosePath, state.Engine.CloseBody(view), cancellationToken)).Dispose();
        }
        catch (ElasticException exception) when (exception.Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
        {
            // It is closed, which is what was wanted.
        }
    }
}
