using System.Net;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Profile.V1;
using Cdp.Rest.Tests.Fakes;

namespace Cdp.Rest.Tests.DeadLetters;

public sealed class DeadLetterEndpointsTests
{
    [Fact]
    public async Task List_Page_TellsWhy()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<ListDeadLettersRequest, ListDeadLettersResponse>(_ =>
            new ListDeadLettersResponse { DeadLetters = { new DeadLetter { Id = "2-1041", MessageId = "m", Error = "too deep" } } }));

        var (_, body) = await server.SendAsync(HttpMethod.Get, "/v1/dead-letters");

        Assert.Equal("2-1041", body!["dead_letters"]![0]!["id"]!.GetValue<string>());
        Assert.Equal("too deep", body["dead_letters"]![0]!["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task Replay_FailsAgain_Answers409WithTheReason()
    {
        await using var server = await RestServer.StartAsync(stages =>
            stages.Answer<ReplayDeadLetterRequest, ReplayDeadLetterResponse>(_ => throw Failure.Precondition("It is still too deep.")));

        var (response, body) = await server.SendAsync(HttpMethod.Post, "/v1/dead-letters/2-1041/replay");

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("It is still too deep.", body!["detail"]!.GetValue<string>());
    }
}
