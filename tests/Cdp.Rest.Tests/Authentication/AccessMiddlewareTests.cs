using System.Net;
using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Rest.Tests.Fakes;
using Cdp.ServiceDefaults.Auditing;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;

namespace Cdp.Rest.Tests.Authentication;

public sealed class AccessMiddlewareTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_WithoutKey_Answers401WithChallenge()
    {
        await using var server = await StartAsync();
        server.Client.DefaultRequestHeaders.Authorization = null;

        using var response = await server.Client.GetAsync("/v1/segments", Stop);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Empty(server.Stages.Calls);
    }

    [Theory]
    [InlineData("no-such-key")]
    [InlineData("")]
    public async Task Request_WithUnknownKey_Answers401(string key)
    {
        await using var server = await StartAsync();

        var (response, body) = await server.SendAsync(HttpMethod.Get, "/v1/segments", key: key);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(401, body!["status"]!.GetValue<int>());
        Assert.Empty(server.Stages.Requests<ListSegmentsRequest>());
    }

    [Fact]
    public async Task Request_KeyLacksScope_Answers403AndNamesIt()
    {
        await using var server = await StartAsync();

        var (allowed, _) = await server.SendAsync(HttpMethod.Get, "/v1/segments", key: "reader");
        var (refused, body) = await server.SendAsync(HttpMethod.Post, "/v1/segments", "{}", "reader");

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("segments:write", body!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("segments:write", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ToEndpointWithoutScope_AnswersNobody()
    {
        await using var server = await RestServer.StartAsync(map: endpoints => endpoints.MapGet("/undeclared", () => "open"));

        var (response, _) = await server.SendAsync(HttpMethod.Get, "/undeclared");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Request_GovernanceIsDown_Answers503WithRetryAfter()
    {
        await using var server = await StartAsync();

        var (response, _) = await server.SendAsync(HttpMethod.Get, "/v1/segments", key: "down");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Call_OfAStage_NamesTheKeyAndNotWhatTheClientClaims()
    {
        await using var server = await StartAsync();
        server.Client.DefaultRequestHeaders.Add(AuditInterceptor.ActorHeader, "key_someone_else");

        await server.SendAsync(HttpMethod.Get, "/v1/segments");

        var (_, _, headers) = server.Stages.Calls.Single(c => c.Request is ListSegmentsRequest);
        Assert.Equal(["key_admin"], headers.Where(h => h.Key == AuditInterceptor.ActorHeader).Select(h => h.Value));
    }

    [Fact]
    public async Task Key_WithinFiveSeconds_IsVerifiedOnce()
    {
        await using var server = await StartAsync();

        await server.SendAsync(HttpMethod.Get, "/v1/segments");
        server.Time.Advance(TimeSpan.FromSeconds(4.9));
        await server.SendAsync(HttpMethod.Get, "/v1/segments");

        Assert.Single(server.Stages.Requests<VerifyApiKeyRequest>());
    }

    [Fact]
    public async Task Key_Revoked_StopsWorkingAfterFiveSeconds()
    {
        await using var server = await StartAsync();
        await server.SendAsync(HttpMethod.Get, "/v1/segments");
        server.Stages.Answer<VerifyApiKeyRequest, ApiKey>(_ => throw new RpcException(new Status(StatusCode.Unauthenticated, "revoked")));

        server.Time.Advance(TimeSpan.FromSeconds(5));
        var (response, _) = await server.SendAsync(HttpMethod.Get, "/v1/segments");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Rpc_NotPublic_AnswersUnimplementedEvenToAdmin()
    {
        await using var server = await RestServer.StartAsync(map: endpoints => endpoints.MapPost("/cdp.identity.v1.IdentityService/ErasePerson", () => "erased"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/cdp.identity.v1.IdentityService/ErasePerson");
        request.Content = new ByteArrayContent([]) { Headers = { ContentType = new("application/grpc") } };

        using var response = await server.Client.SendAsync(request, Stop);

        Assert.Equal(((int)StatusCode.Unimplemented).ToString(System.Globalization.CultureInfo.InvariantCulture), response.Headers.GetValues("grpc-status").Single());
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Stop));
    }

    private static Task<RestServer> StartAsync() =>
        RestServer.StartAsync(stages => stages.Answer<ListSegmentsRequest, ListSegmentsResponse>(_ => new ListSegmentsResponse()));
}
