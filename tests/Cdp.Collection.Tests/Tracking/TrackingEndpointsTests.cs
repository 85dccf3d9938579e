using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Cdp.Collection.Log;
using Cdp.Collection.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Collection.Tests.Tracking;

public sealed class TrackingEndpointsTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private TrackingServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TrackingServer.StartAsync(_directory.Path);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("/v1/track", "track"), InlineData("/v1/t", "track")]
    [InlineData("/v1/identify", "identify"), InlineData("/v1/i", "identify")]
    [InlineData("/v1/page", "page"), InlineData("/v1/p", "page")]
    [InlineData("/v1/screen", "screen"), InlineData("/v1/s", "screen")]
    [InlineData("/v1/group", "group"), InlineData("/v1/g", "group")]
    [InlineData("/v1/alias", "alias"), InlineData("/v1/a", "alias"), InlineData("/v1/merge", "alias")]
    public async Task Post_SingleRoutes_TakeOneEventOfTheirType(string path, string type)
    {
        var (status, body) = await _server.PostAsync(path, """{"userId":"ann","previousId":"a-1","groupId":"g","event":"E","name":"N"}""");

        Assert.Equal((HttpStatusCode.OK, """{"success":true}"""), (status, body));
        var taken = Assert.Single(await _server.EventsAsync());
        Assert.Equal(type, taken.Type.ToString().ToLowerInvariant());
        Assert.Equal(type switch { "track" => "E", "page" or "screen" => "N", _ => "" }, taken.Name);
        Assert.Equal(36, taken.MessageId.Length);
        Assert.Equal("ann", taken.UserId);
    }

    [Theory]
    [InlineData("/v1/batch"), InlineData("/v1/b"), InlineData("/v1/import"), InlineData("/beacon/v1/batch")]
    public async Task Post_BatchRoutes_TakeAListOfEvents(string path)
    {
        var (status, _) = await _server.PostAsync(path, """{"batch":[{"type":"track","userId":"ann","event":"E"},{"type":"page","anonymousId":"x"}]}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(2, (await _server.EventsAsync()).Count);
    }

    [Theory]
    [InlineData("Basic key:", "", HttpStatusCode.OK)]
    [InlineData("Basic key", "", HttpStatusCode.OK)]
    [InlineData("none", "key", HttpStatusCode.OK)]
    [InlineData("Bearer token", "key", HttpStatusCode.OK)]
    [InlineData("Bearer token", "", HttpStatusCode.Unauthorized)]
    [InlineData("none", "", HttpStatusCode.Unauthorized)]
    [InlineData("none", "other", HttpStatusCode.Unauthorized)]
    [InlineData("Basic other", "", HttpStatusCode.Unauthorized)]
    public async Task Post_WaysToAuthenticate_AreTakenOrAnswered401(string header, string bodyKey, HttpStatusCode expected)
    {
        var authorization = header switch
        {
            "none" => null,
            "Basic key:" => TrackingServer.Basic(TrackingServer.WriteKey + ":"),
            "Basic key" => TrackingServer.Basic(TrackingServer.WriteKey),
            "Basic other" => TrackingServer.Basic("other-key:"),
            _ => header,
        };
        var key = bodyKey == "key" ? TrackingServer.WriteKey : bodyKey;

        var (status, _) = await _server.PostAsync("/v1/track", $$"""{"userId":"ann","event":"E","writeKey":"{{key}}"}""", authorization);

        Assert.Equal(expected, status);
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, (await _server.EventsAsync()).Count);
    }

    [Theory]
    [InlineData("text/plain"), InlineData(null), InlineData("application/x-www-form-urlencoded")]
    public async Task Post_AnyContentType_IsReadAsJson(string? contentType)
    {
        var (status, _) = await _server.PostAsync("/v1/track", """{"userId":"ann","event":"E"}""", contentType: contentType);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Single(await _server.EventsAsync());
    }

    [Fact]
    public async Task Post_GzipAndChunked_AreRead()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync("""{"batch":[{"type":"track","userId":"ann","event":"E"}]}"""u8.ToArray(), Stop);
        using var zipped = new ByteArrayContent(packed.ToArray());
        zipped.Headers.ContentEncoding.Add("gzip");
        // Of unknown length: sent in chunks.
        using var chunked = new StreamContent(new Unseekable("""{"userId":"ann","event":"F"}"""u8.ToArray()));

        Assert.Equal(HttpStatusCode.OK, (await _server.SendAsync("/v1/batch", zipped)).Status);
        Assert.Equal(HttpStatusCode.OK, (await _server.SendAsync("/v1/track", chunked)).Status);
        Assert.Equal(["E", "F"], (await _server.EventsAsync()).Select(e => e.Name).Order());
    }

    [Theory]
    [InlineData("gzip", "not gzip"), InlineData("br", "{}")]
    public async Task Post_ContentEncodingIsWrong_Answers400(string encoding, string body)
    {
        using var content = new StringContent(body);
        content.Headers.ContentEncoding.Add(encoding);

        var (status, answer) = await _server.SendAsync("/v1/track", content);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("Content-Encoding", JsonNode.Parse(answer)!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_BombOfZeros_Answers400WithoutUnpackingIt()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(new byte[50_000_000], Stop);
        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");

        Assert.Equal(HttpStatusCode.BadRequest, (await _server.SendAsync("/v1/batch", content)).Status);
    }

    [Theory]
    [InlineData(""), InlineData("[1]"), InlineData("{"), InlineData("""{"batch":5}"""), InlineData("""{"batch":[]} x"""), InlineData("""{"a":NaN}""")]
    [InlineData("""{"batch":[{}],"context":"x"}"""), InlineData("""{"events":[]}"""), InlineData("null")]
    public async Task Post_BatchIsMalformed_Answers400(string body)
    {
        var (status, answer) = await _server.PostAsync("/v1/batch", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotEmpty(JsonNode.Parse(answer)!["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task Post_LimitsOfABatch_AreThePublishedOnes()
    {
        string Batch(int events) => $$"""{"batch":[{{string.Join(',', Enumerable.Repeat("""{"type":"track","userId":"a","event":"E"}""", events))}}]}""";

        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync("/v1/batch", Batch(2_500))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _server.PostAsync("/v1/batch", Batch(2_501))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _server.PostAsync("/v1/track", $$"""{"x":"{{new string('x', 500 * 1024)}}"}""")).Status);
    }

    [Fact]
    public async Task Post_BadEventsAmongGood_KeepsTheGoodAndShowsTheOthers()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 100)) + new string(']', 100);
        string[] events =
        [
            """{"type":"track","userId":"good","event":"1"}""",
            """{"type":"track","event":"E"}""",
            """{"type":"track","userId":5,"event":"E"}""",
            """{"type":"track","userId":"x"}""",
            """{"type":"track","userId":"x","event":null}""",
            """{"type":"track","userId":"x","event":5}""",
            """{"type":"track","userId":"x","event":"E","properties":"p"}""",
            """{"type":"identify","userId":"x","traits":[]}""",
            """{"type":"page","userId":"x","name":5}""",
            """{"type":"group","userId":"x"}""",
            """{"type":"alias","userId":"x"}""",
            """{"type":"bake","userId":"x"}""",
            """{"userId":"x"}""",
            "17",
            "null",
            """{"type":"track","userId":"x","event":"E","context":5}""",
            $$"""{"type":"track","userId":"x","event":"E","messageId":"{{new string('m', 101)}}"}""",
            """{"type":"track","userId":"x","event":"E","messageId":5}""",
            $$$"""{"type":"track","userId":"x","event":"E","properties":{"t":"{{{new string('t', 33_000)}}}"}}""",
            $$$"""{"type":"track","userId":"x","event":"E","properties":{"t":{{{deep}}}}}""",
            $$"""{"type":"track","userId":"{{new string('u', 513)}}","event":"E"}""",
            """{"type":"track","userId":"good","event":"2","timestamp":"yesterday-ish","messageId":"m2"}""",
            """{"type":"track","userId":"good","event":"3","timestamp":"9999-01-01T00:00:00Z"}""",
            """{"type":"track","userId":"good","event":"4","timestamp":1e400,"properties":null,"context":null,"anonymousId":null,"messageId":null}""",
            """{"type":"track","userId":"good","event":"5","userId":"good","properties":{"a":1,"a":2,"big":1e999}}""",
        ];

        var (status, _) = await _server.PostAsync("/v1/batch", $$"""{"batch":[{{string.Join(',', events)}}]}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["1", "2", "3", "4", "5"], (await _server.EventsAsync()).Select(e => e.Name).Order());
        Assert.All(await _server.EventsAsync(), e => Assert.Equal("good", e.UserId));
        var discards = await _server.DiscardsAsync();
        Assert.Equal(
            new Dictionary<string, long>
            {
                ["no_user_anon_id"] = 1,
                ["id_not_string"] = 2,
                ["event_not_defined"] = 2,
                ["event_not_string"] = 1,
                ["properties_not_object"] = 1,
                ["traits_not_object"] = 1,
                ["name_not_string"] = 1,
                ["id_required"] = 2,
                ["type_unknown"] = 2,
                ["event_not_object"] = 3,
                ["context_not_object"] = 1,
                ["message_id_invalid"] = 2,
                ["event_too_large"] = 1,
                ["timestamp_invalid"] = 3,
            }.OrderBy(d => d.Key),
            discards.ToDictionary(d => d.Key, d => d.Value.Count).OrderBy(d => d.Key));
        Assert.Equal("m2", discards["timestamp_invalid"].Samples[^1].MessageId);
        Assert.Contains("userId", discards["id_not_string"].Samples[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_EmptyBatch_Answers200AndShowsIt()
    {
        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync("/v1/batch", """{"batch":[]}""")).Status);

        Assert.Equal(1, (await _server.DiscardsAsync())["empty_batch"].Count);
    }

    [Fact]
    public async Task Post_InvalidUtf8_Answers400()
    {
        using var content = new ByteArrayContent([.. """{"userId":"a","event":"x"""u8, 0xff, .. "\"}"u8]);

        Assert.Equal(HttpStatusCode.BadRequest, (await _server.SendAsync("/v1/track", content)).Status);
    }

    [Fact]
    public async Task Post_BrowserWithoutContext_IsGivenItsAddressAndServersAreNot()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batch")
        {
            Content = new StringContent($$$"""{"writeKey":"{{{TrackingServer.WriteKey}}}","context":{"locale":"de"},"batch":[{"type":"track","userId":"a","event":"browser"},{"type":"track","userId":"a","event":"own","context":{"ip":"1.2.3.4"}}]}"""),
        };
        request.Headers.Add("Origin", "https://shop.example");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9, 10.0.0.1");
        using var response = await _server.Http.SendAsync(request, Stop);
        await _server.PostAsync("/v1/track", """{"userId":"b","event":"server"}""");

        Assert.Equal("https://shop.example", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var bodies = (await _server.EventsAsync()).ToDictionary(e => e.Name, e => JsonNode.Parse(e.Body.ToStringUtf8())!);
        Assert.Equal("203.0.113.9", bodies["browser"]["context"]!["ip"]!.GetValue<string>());
        Assert.Equal("de", bodies["browser"]["context"]!["locale"]!.GetValue<string>());
        Assert.Equal("1.2.3.4", bodies["own"]["context"]!["ip"]!.GetValue<string>());
        Assert.Null(bodies["server"]["context"]);
    }

    [Fact]
    public async Task Post_SameIdsAfterRestart_AreStoredOnce()
    {
        const string Body = """{"batch":[{"type":"track","userId":"a","event":"E","messageId":"1"},{"type":"track","userId":"a","event":"E","messageId":"2"}]}""";
        await _server.PostAsync("/v1/batch", Body);
        await _server.DisposeAsync();
        _server = await TrackingServer.StartAsync(_directory.Path);

        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync("/v1/batch", Body)).Status);
        Assert.Equal(2, (await _server.EventsAsync()).Count);
    }

    [Theory]
    [InlineData(true, HttpStatusCode.TooManyRequests), InlineData(false, HttpStatusCode.ServiceUnavailable)]
    public async Task Post_LogCannotTakeEvents_SaysWhenToComeAgain(bool isOverload, HttpStatusCode expected)
    {
        using var directory = new TempDirectory();
        await using var server = await TrackingServer.StartAsync(directory.Path, s => s.AddSingleton<IEventLog>(new RefusingLog(isOverload)));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/track?writeKey={TrackingServer.WriteKey}") { Content = new StringContent("""{"userId":"a","event":"E"}""") };

        using var response = await server.Http.SendAsync(request, Stop);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter!.Delta);
        Assert.Equal(isOverload, response.Headers.Contains("X-RateLimit-Reset"));
    }

    [Fact]
    public async Task Post_Metrics_AreTakenAndIgnored() =>
        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync("/v1/m", """{"series":[]}""", authorization: null)).Status);

    [Theory]
    [InlineData("/v1/track"), InlineData("/v1/b"), InlineData("/v1/projects/x/settings"), InlineData("/sourceConfig"), InlineData("/sourceConfig/"), InlineData("/beacon/v1/batch")]
    public async Task Options_Preflight_NamesTheHeadersThatTheSdkAsksFor(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", "https://shop.example");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,sentat");

        using var response = await _server.Http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("https://shop.example", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("authorization,content-type,sentat", string.Join(',', response.Headers.GetValues("Access-Control-Allow-Headers")));
    }

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
