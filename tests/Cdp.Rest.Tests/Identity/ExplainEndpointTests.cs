using System.Net;
using Cdp.Contracts.Identity.V1;
using Cdp.Rest.Tests.Fakes;

namespace Cdp.Rest.Tests.Identity;

public sealed class ExplainEndpointTests
{
    [Fact]
    public async Task Explain_Connected_GivesChainAndGraph()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<ExplainRequest, Explanation>(request => new Explanation
        {
            Connected = true,
            APersonId = "p1",
            BPersonId = "p1",
            Chain =
            {
                new ChainLink
                {
                    From = request.A,
                    To = request.B,
                    Tie = new Tie { MessageId = "m1", SourceId = "src_1", Rule = "alias", Timestamp = 1_700_000_000_000 },
                },
            },
        }));

        var (_, body) = await server.SendAsync(HttpMethod.Get, "/v1/identity/explain?a=user_id:ann&b=custom:x%3Ay");

        const string Edge = """{"from":"user_id:ann","to":"custom:x:y","rule":"alias","at":"2023-11-14T22:13:20Z","source_id":"src_1","message_id":"m1"}""";
        Assert.Equal(
            $$$"""{"connected":true,"profile_id":"p1","a_profile_id":"p1","b_profile_id":"p1","reason":null,"split":null,"chain":[{{{Edge}}}],"link":null,"graph":{"nodes":[{"id":"user_id:ann","type":"user_id","value":"ann"},{"id":"custom:x:y","type":"custom","value":"x:y"}],"edges":[{{{Edge}}}]}}""",
            body!.ToJsonString());
    }

    [Fact]
    public async Task Explain_Linked_DrawsTheLink()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<ExplainRequest, Explanation>(request => new Explanation
        {
            Reason = "They are linked.",
            Link = new Link { Anonymous = request.B, Known = request.A, MessageId = "m1" },
        }));

        var (_, body) = await server.SendAsync(HttpMethod.Get, "/v1/identity/explain?a=user_id:ann&b=anonymous_id:1");

        Assert.Equal(2, body!["graph"]!["nodes"]!.AsArray().Count);
        Assert.Equal(("anonymous_id:1", "user_id:ann", "link"), (Text("from"), Text("to"), Text("rule")));

        string Text(string field) => body["graph"]!["edges"]![0]![field]!.GetValue<string>();
    }

    [Fact]
    public async Task Explain_NoIdentifiers_NamesBoth()
    {
        await using var server = await RestServer.StartAsync(_ => { });

        var (status, body) = await server.SendAsync(HttpMethod.Get, "/v1/identity/explain?a=ann");

        Assert.Equal(HttpStatusCode.BadRequest, status.StatusCode);
        Assert.Contains("a: expected an identifier", body!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("b: expected an identifier", body.ToJsonString(), StringComparison.Ordinal);
    }
}
