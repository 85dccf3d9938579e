using System.Net;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Rest.Tests.Fakes;

namespace Cdp.Rest.Tests.Identity;

public sealed class UnmergeEndpointsTests
{
    [Theory]
    [InlineData("""{"merge":12}""", """{ "merge": "12" }""")]
    [InlineData("""{"identifier":"email:a:b@example.com"}""", """{ "identifier": { "type": "email", "value": "a:b@example.com" } }""")]
    [InlineData("""{"identifier":{"type":"email","value":"a"}}""", """{ "identifier": { "type": "email", "value": "a" } }""")]
    public async Task Unmerge_WhatIsNamed_AnswersTheProfilesWithTheirSegments(string sent, string expected)
    {
        UnmergeRequest? asked = null;
        await using var server = await RestServer.StartAsync(stages =>
        {
            stages.Answer<UnmergeRequest, UnmergeResponse>(request =>
            {
                asked = request;
                return new UnmergeResponse { Split = 13, Profiles = { new ProfileDocument { Id = "a" }, new ProfileDocument { Id = "b" } } };
            });
            stages.Answer<ListMembershipsRequest, ListMembershipsResponse>(request =>
                new ListMembershipsResponse { Memberships = { new Membership { SegmentKey = $"of-{request.ProfileId}" } } });
        });

        var (_, body) = await server.SendAsync(HttpMethod.Post, "/v1/identity/unmerge", sent);

        Assert.Equal(UnmergeRequest.Parser.ParseJson(expected), asked);
        Assert.Equal(13, body!["split"]!.GetValue<long>());
        Assert.Equal(["a", "b"], body["profiles"]!.AsArray().Select(p => p!["id"]!.GetValue<string>()));
        Assert.Equal("of-b", body["profiles"]![1]!["segments"]![0]!.GetValue<string>());
    }

    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"merge":1,"identifier":"a:b"}""", "merge identifier")]
    [InlineData("""{"identifier":"email"}""", "identifier")]
    [InlineData("""{"identifier":7}""", "identifier")]
    [InlineData("""{"identifier":{"type":7,"kind":"x"}}""", "identifier.type identifier.kind identifier.value")]
    [InlineData("""{"merge":"x"}""", "merge")]
    [InlineData("""{"mergee":1}""", "mergee")]
    public async Task Unmerge_BadBody_NamesEachField(string sent, string fields)
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<UnmergeRequest, UnmergeResponse>(_ => throw new InvalidOperationException("It was asked.")));

        var (response, body) = await server.SendAsync(HttpMethod.Post, "/v1/identity/unmerge", sent);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(fields, string.Join(' ', body!["errors"]!.AsArray().Select(e => e!["field"]!.GetValue<string>())));
    }

    [Fact]
    public async Task Unmerge_UndoneBefore_Answers409()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<UnmergeRequest, UnmergeResponse>(_ => throw Failure.Precondition("It was undone before.")));

        var (response, _) = await server.SendAsync(HttpMethod.Post, "/v1/identity/unmerge", """{"merge":1}""");

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
    }
}
