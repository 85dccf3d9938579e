using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Cdp.SegmentSearch.Tests.Fakes;

/// <summary>What an operator does to the engine by hand, to the indices of one test.</summary>
internal sealed class SearchEngine(string address, string prefix) : IAsyncDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(address) };

    public string Address => address;

    public string Prefix => prefix;

    /// <summary>Alias that searches use.</summary>
    public string Live => $"{prefix}-profiles";

    public async Task<JsonNode> CallAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
    }

    /// <summary>Names of the indices.</summary>
    public async Task<string[]> IndicesAsync() =>
        [.. (await CallAsync(HttpMethod.Get, $"{prefix}-*")).AsObject().Select(i => i.Key).Order(StringComparer.Ordinal)];

    public Task DeleteIndexAsync(string index) => CallAsync(HttpMethod.Delete, index);

    public Task BlockWritesAsync(bool blocked) =>
        CallAsync(HttpMethod.Put, $"{prefix}-*/_settings", $$"""{"index.blocks.write":{{(blocked ? "true" : "null")}}}""");

    /// <summary>Documents written and deleted so far.</summary>
    public async Task<(int Written, int Deleted)> OperationsAsync()
    {
        var indexing = (await CallAsync(HttpMethod.Get, $"{Live}/_stats/indexing"))["_all"]!["primaries"]!["indexing"]!;
        return (indexing["index_total"]!.GetValue<int>(), indexing["delete_total"]!.GetValue<int>());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var index in await IndicesAsync())
            await DeleteIndexAsync(index);
        _http.Dispose();
    }
}
