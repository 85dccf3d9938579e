using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Polly;

namespace Cdp.Storage.Elastic.Connection;

/// <summary>Calls the engine's REST API. Time limits, retries and the circuit breaker are the HTTP client's.</summary>
internal sealed class ElasticClient(IHttpClientFactory http)
{
    /// <summary>Name of the HTTP client.</summary>
    public const string Name = "elasticsearch";

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue Lines = new("application/x-ndjson");

    public Task<JsonDocument> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, default, Json, cancellationToken);

    public Task<JsonDocument> PostAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, json, Json, cancellationToken);

    public Task<JsonDocument> PutAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, path, json, Json, cancellationToken);

    public Task<JsonDocument> DeleteAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, json, Json, cancellationToken);

    public Task<JsonDocument> BulkAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "_bulk?require_alias=true", lines, Lines, cancellationToken);

    private async Task<JsonDocument> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, MediaTypeHeaderValue type, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (!body.IsEmpty)
                request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = type } };
            using var client = http.CreateClient(Name);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
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
