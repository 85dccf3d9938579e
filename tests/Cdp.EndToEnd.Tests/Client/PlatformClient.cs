using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Cdp.EndToEnd.Tests.Client;

/// <summary>Uses the platform as a developer would: the tracking API with a write key, REST with an API key.</summary>
public sealed class PlatformClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly HttpClient _tracking;
    private readonly HttpClient _rest;

    public PlatformClient(Uri url, string adminKey, string writeKey)
    {
        Url = url;
        WriteKey = writeKey;
        _tracking = new HttpClient { BaseAddress = url };
        _tracking.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{writeKey}:")));
        _rest = new HttpClient { BaseAddress = url };
        _rest.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", adminKey);
    }

    public Uri Url { get; }

    public string WriteKey { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Sends one call of the tracking API and expects it to be taken.</summary>
    public async Task SendAsync(string path, object body)
    {
        using var response = await _tracking.PostAsJsonAsync(path, body, Stop);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Stop)}");
    }

    /// <summary>Sends anything to the tracking API and returns what it answers.</summary>
    public async Task<(HttpStatusCode Status, string Body)> TrySendAsync(string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _tracking.PostAsync(path, content, Stop);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
    }

    /// <summary>Sends one batch.</summary>
    public Task SendBatchAsync(IEnumerable<object> events) => SendAsync("/v1/batch", new { batch = events });

    /// <summary>Reads; comes again where the platform says so, as it does while a stage changes its owner.</summary>
    public async Task<JsonNode> GetAsync(string path)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (true)
        {
            using var response = await _rest.GetAsync(path, Stop);
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable || DateTime.UtcNow > deadline)
                return await ReadAsync(path, response);
            await Task.Delay(TimeSpan.FromSeconds(1), Stop);
        }
    }

    public async Task<HttpStatusCode> GetStatusAsync(string path)
    {
        using var response = await _rest.GetAsync(path, Stop);
        return response.StatusCode;
    }

    /// <summary>Reads what may not be there: null where it is not.</summary>
    public async Task<JsonNode?> FindAsync(string path)
    {
        using var response = await _rest.GetAsync(path, Stop);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(path, response);
    }

    public async Task<JsonNode> PostAsync(string path, object body)
    {
        using var response = await _rest.PostAsJsonAsync(path, body, Stop);
        return await ReadAsync(path, response);
    }

    public async Task<(HttpStatusCode Status, JsonNode? Body)> TryPostAsync(string path, object body)
    {
        using var response = await _rest.PostAsJsonAsync(path, body, Stop);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop)));
    }

    public async Task<(HttpStatusCode Status, JsonNode? Body)> TryPutAsync(string path, JsonNode body)
    {
        using var response = await _rest.PutAsJsonAsync(path, body, Stop);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop)));
    }

    public Task<JsonNode> CreateSegmentAsync(string key, string condition) =>
        PostAsync("/v1/segments", new { key, condition = JsonNode.Parse(condition) });

    public async Task<long> SizeAsync(string segment) => (await GetAsync($"/v1/segments/{segment}"))["size"]!.GetValue<long>();

    public async Task<long> CountAsync(string condition) =>
        (await PostAsync("/v1/segments/preview", new { condition = JsonNode.Parse(condition) }))["count"]!.GetValue<long>();

    /// <summary>Imports a file as multipart/form-data and returns the job when it has ended.</summary>
    public async Task<JsonNode> ImportAsync(string file, string mapping)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(mapping, Encoding.UTF8, "application/json"), "mapping" },
            { new StreamContent(File.OpenRead(file)), "file", Path.GetFileName(file) },
        };
        using var response = await _rest.PostAsync("/v1/imports", form, Stop);
        var job = await ReadAsync("/v1/imports", response);
        return await UntilAsync(
            () => GetAsync($"/v1/imports/{job["id"]}"), j => j["state"]!.GetValue<string>() != "running", "the import has ended");
    }

    /// <summary>Waits until everything acknowledged so far is in profiles, segments and deliveries.</summary>
    public Task DrainAsync(bool deliveries = false) => UntilAsync(
        () => GetAsync("/v1/pipeline"),
        p => p["profile_lag"]!.GetValue<long>() == 0 && p["segment_lag"]!.GetValue<long>() == 0
            && p["activation_lag"]!.GetValue<long>() == 0 && (!deliveries || p["pending_deliveries"]!.GetValue<long>() == 0),
        "the pipeline is drained");

    /// <summary>Asks until the answer is as expected; fails with the last answer when it never is.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> expected, string what)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (true)
        {
            var answer = await ask();
            if (expected(answer))
                return answer;
            if (DateTime.UtcNow > deadline)
                throw new TimeoutException($"Waited {Patience.TotalSeconds} s until {what}; the last answer was {answer}.");
            // A real process is asked over HTTP: there is no signal to wait for.
            await Task.Delay(50, Stop);
        }
    }

    public void Dispose()
    {
        _tracking.Dispose();
        _rest.Dispose();
    }

    private static async Task<JsonNode> ReadAsync(string path, HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }
}
