using System.Net;
using System.Text;
using Cdp.Contracts.Identity.V1;
using Cdp.Rest.Tests.Fakes;

namespace Cdp.Rest.Tests.Identity;

public sealed class RulesEndpointsTests
{
    private const string Rules =
        """{"version":7,"created_at":null,"strategy":"merge","identifiers":[{"type":"user_id","from":["userId"],"normalise":["trim"],"region":null,"limit":1,"window":"ever","priority":1,"unique":false,"blocked_values":[],"blocked_patterns":[]},{"type":"card","from":[],"normalise":[],"region":"DE","limit":5,"window":"weekly","priority":null,"unique":true,"blocked_values":["x"],"blocked_patterns":["y"]}],"default":{"limit":5,"window":"ever"},"blocked_values":["a@x"],"blocked_patterns":["^null$"]}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rules_InForce_AreGivenWithTheirVersion()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<GetRulesRequest, IdentityRules>(_ => Stored()));

        var (response, body) = await server.SendAsync(HttpMethod.Get, "/v1/identity/rules");

        Assert.Equal("\"7\"", response.Headers.ETag!.Tag);
        Assert.Equal(Rules, body!.ToJsonString());
    }

    [Fact]
    public async Task Put_Document_GoesToTheStageAsItIs()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<PutRulesRequest, IdentityRules>(_ => Stored()));

        var (_, body) = await server.SendAsync(HttpMethod.Put, "/v1/identity/rules", """{"identifers":[ 1 ]}""");

        Assert.Equal(new PutRulesRequest { Rules = """{"identifers":[ 1 ]}""" }, Assert.Single(server.Stages.Requests<PutRulesRequest>()));
        Assert.Equal(Rules, body!.ToJsonString());
    }

    [Theory]
    [InlineData("\"6\"", HttpStatusCode.OK, 6L)]
    [InlineData("*", HttpStatusCode.OK, null)]
    [InlineData("six", HttpStatusCode.BadRequest, null)]
    public async Task Put_IfMatch_IsTheVersionTheyWereMadeFrom(string header, HttpStatusCode status, long? madeFrom)
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<PutRulesRequest, IdentityRules>(_ => Stored()));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/identity/rules") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("If-Match", header);

        using var response = await server.Client.SendAsync(request, Stop);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(madeFrom, server.Stages.Requests<PutRulesRequest>().Select(r => r.HasMadeFrom ? r.MadeFrom : (long?)null).FirstOrDefault());
    }

    [Fact]
    public async Task Versions_Page_IsListed()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<ListRuleVersionsRequest, ListRuleVersionsResponse>(_ => new ListRuleVersionsResponse
        {
            Versions = { new RulesVersion { Version = 2, CreatedAt = 1_780_000_000_000 }, new RulesVersion { Version = 1 } },
            NextCursor = "1",
        }));

        var (_, body) = await server.SendAsync(HttpMethod.Get, "/v1/identity/rules/versions?limit=2&cursor=3");

        Assert.Equal(
            """{"versions":[{"version":2,"created_at":"2026-05-28T20:26:40Z"},{"version":1,"created_at":null}],"next_cursor":"1"}""", body!.ToJsonString());
        Assert.Equal(new ListRuleVersionsRequest { Limit = 2, Cursor = "3" }, Assert.Single(server.Stages.Requests<ListRuleVersionsRequest>()));
    }

    [Fact]
    public async Task Version_One_IsGiven()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<GetRuleVersionRequest, IdentityRules>(_ => Stored()));

        var (_, body) = await server.SendAsync(HttpMethod.Get, "/v1/identity/rules/versions/7");

        Assert.Equal(7, Assert.Single(server.Stages.Requests<GetRuleVersionRequest>()).Version);
        Assert.Equal(Rules, body!.ToJsonString());
    }

    private static IdentityRules Stored() => new()
    {
        Version = 7,
        Strategy = "merge",
        DefaultLimit = 5,
        DefaultWindow = "ever",
        BlockedValues = { "a@x" },
        BlockedPatterns = { "^null$" },
        Identifiers =
        {
            new IdentifierRule { Type = "user_id", From = { "userId" }, Normalise = { "trim" }, Limit = 1, Window = "ever", Priority = 1 },
            new IdentifierRule { Type = "card", Region = "DE", Limit = 5, Window = "weekly", Unique = true, BlockedValues = { "x" }, BlockedPatterns = { "y" } },
        },
    };
}
