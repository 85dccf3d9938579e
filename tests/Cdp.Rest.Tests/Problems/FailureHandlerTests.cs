using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Cdp.Contracts.Failures;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Rest.Tests.Fakes;
using Grpc.Core;

namespace Cdp.Rest.Tests.Problems;

public sealed class FailureHandlerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StatusCode.InvalidArgument, 400)]
    [InlineData(StatusCode.Unauthenticated, 401)]
    [InlineData(StatusCode.PermissionDenied, 403)]
    [InlineData(StatusCode.NotFound, 404)]
    [InlineData(StatusCode.AlreadyExists, 409)]
    [InlineData(StatusCode.FailedPrecondition, 409)]
    [InlineData(StatusCode.ResourceExhausted, 429)]
    [InlineData(StatusCode.Unimplemented, 501)]
    [InlineData(StatusCode.Unavailable, 503)]
    [InlineData(StatusCode.DeadlineExceeded, 503)]
    [InlineData(StatusCode.Internal, 500)]
    public async Task Stage_Fails_AnswersItsStatusAsProblem(StatusCode status, int expected)
    {
        await using var server = await FailingAsync(new RpcException(new Status(status, "what the stage says")));

        var (response, body) = await server.SendAsync(HttpMethod.Get, "/v1/segments/a");

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(expected, body!["status"]!.GetValue<int>());
        Assert.NotEmpty(body["detail"]!.GetValue<string>());
        Assert.Equal(expected is 429 or 503, response.Headers.RetryAfter is not null);
    }

    [Fact]
    public async Task Stage_FailsInternally_KeepsItsWordsToItself()
    {
        await using var server = await FailingAsync(new RpcException(new Status(StatusCode.Unknown, "secret at line 7")));

        var (_, body) = await server.SendAsync(HttpMethod.Get, "/v1/segments/a");

        Assert.DoesNotContain("secret", body!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stage_NamesFields_AllAreInErrors()
    {
        await using var server = await FailingAsync(Failure.Invalid([new("condition.and[1].op", "expected equals"), new("key", "required")]));

        var (response, body) = await server.SendAsync(HttpMethod.Get, "/v1/segments/a");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(["condition.and[1].op", "key"], Fields(body));
    }

    [Theory]
    [InlineData("""{"key":"x","conditions":{}}""", "conditions")]
    [InlineData("""{"key":5}""", "key")]
    [InlineData("""{"key":"x",""", "")]
    [InlineData("[]", "")]
    public async Task Body_CannotBeRead_Answers400WithTheField(string json, string field)
    {
        await using var server = await RestServer.StartAsync();

        var (response, body) = await server.SendAsync(HttpMethod.Post, "/v1/segments", json);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(field, Assert.Single(Fields(body)));
        Assert.DoesNotContain("System.", body!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Cdp.", body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_NestedWrongType_NamesThePath()
    {
        await using var server = await RestServer.StartAsync();

        var (_, body) = await server.SendAsync(HttpMethod.Post, "/v1/api-keys", """{"name":"n","scopes":["a",7]}""");

        Assert.Equal("scopes[1]", Assert.Single(Fields(body)));
    }

    [Fact]
    public async Task Body_Missing_Answers400()
    {
        await using var server = await RestServer.StartAsync();

        var (response, body) = await server.SendAsync(HttpMethod.Post, "/v1/segments");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("body", body!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_NotSentAsJson_Answers415()
    {
        await using var server = await RestServer.StartAsync();
        using var content = new StringContent("{}", Encoding.UTF8, "text/plain");

        using var response = await server.Client.PostAsync("/v1/segments", content, Stop);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Body_LargerThanOneMebibyte_Answers413()
    {
        await using var server = await RestServer.StartAsync();

        var (response, body) = await server.SendAsync(HttpMethod.Post, "/v1/segments", $$"""{"key":"{{new string('x', 1024 * 1024)}}"}""");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(413, body!["status"]!.GetValue<int>());
        Assert.Contains("1048576 bytes", body["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_LimitIsNoNumber_NamesIt()
    {
        await using var server = await RestServer.StartAsync();

        var (response, body) = await server.SendAsync(HttpMethod.Get, "/v1/imports?limit=many");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("limit", Assert.Single(Fields(body)));
        Assert.DoesNotContain("many", body!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("DELETE", "/v1/sources", 405)]
    public async Task Path_Unknown_AnswersProblem(string verb, string path, int expected)
    {
        await using var server = await RestServer.StartAsync();

        var (response, body) = await server.SendAsync(new HttpMethod(verb), path);

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Equal(expected, body!["status"]!.GetValue<int>());
    }

    private static Task<RestServer> FailingAsync(RpcException failure) =>
        RestServer.StartAsync(stages => stages.Answer<GetSegmentRequest, Segment>(_ => throw failure));

    private static IEnumerable<string> Fields(JsonNode? problem) => problem!["errors"]!.AsArray().Select(e => e!["field"]!.GetValue<string>());
}
