using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Polly;

namespace Cdp.Storage.Elastic.Connection;

/// <summary>Calls the engine's REST API. Time limits, retries and the circuit breaker are the HTTP client's.</summary>
internal sealed class ElasticClient(IHttpClientFactory http)
{
    /// <summary>Name of the HTTP client of all calls but writes.</summary>
    public const string Name = "elasticsearch";

    /// <summary>Name of the HTTP client of writes.</summary>
    public const string BulkName = "elasticsearch-bulk";

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue Lines = new("application/x-ndjson");

    public Task<JsonDocument> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, default, cancellationToken);

    public Task<JsonDocument> PostAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, json, cancellationToken);

    /// <summary>The same for something that can be done without: it is not tried again.</summary>
    public Task<JsonDocument> PostOnceAsync(string path, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Options.Set(ElasticResilience.Once, true);
        return SendAsync(Name, request, cancellationToken);
    }

    public Task<JsonDocument> PutAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, path, json, cancellationToken);

    public Task<JsonDocument> DeleteAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, json, cancellationToken);

    public Task<JsonDocument> BulkAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken) =>
        SendAsync(BulkName, Request(HttpMethod.Post, "_bulk?require_alias=true", lines, Lines), cancellationToken);

    private Task<JsonDocument> SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        SendAsync(Name, Request(method, path, json, Json), cancellationToken);

    private static HttpRequestMessage Request(HttpMethod method, string path, ReadOnlyMemory<byte> body, MediaTypeHeaderValue type)
    {
        var request = new HttpRequestMessage(method, path);
        if (!body.IsEmpty)
            request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = type } };
        return request;
    }

    private async Task<JsonDocument> SendAsync(string name, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var sent = request;
        try
        {
            using var client = http.CreateClient(name);
            using var response = await client.SendAsync(sent, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw new ElasticException(response.StatusCode, await ReasonAsync(response, cancellationToken));
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or ExecutionRejectedException or IOException or JsonException)
        {
            throw new ElasticException(null, Describe(exception), exception);
        }
    }

    private static string Describe(Exception exception) => exception switch
    {
        HttpRequestException { InnerException: SocketException socket } => socket.SocketErrorCode.ToString(),
        HttpRequestException http => http.HttpRequestError.ToString(),
        _ => exception.GetType().Name,
    };

    // The innermost names tell more than the one on top, such as "search_phase_execution_exception".
    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var answer = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
            if (answer.RootElement.ValueKind != JsonValueKind.Object || !answer.RootElement.TryGetProperty("error", out var error) || error.ValueKind != JsonValueKind.Object)
                return "no reason";
            var cause = error.TryGetProperty("root_cause", out var causes) && causes.GetArrayLength() > 0 ? causes[0] : error;
            return cause.TryGetProperty("type", out var type) ? type.GetString() ?? "no reason" : "no reason";
        }
        catch (JsonException)
        {
            return "no JSON";
        }
    }
}
