using System.Net;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Rest.Tests.Fakes;

namespace Cdp.Rest.Tests.Identity;

public sealed class RulesDryRunEndpointsTests
{
    private const string Path = "/v1/identity/rules/dry-runs";

    [Fact]
    public async Task Start_Document_IsAcceptedAsItIs()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<StartRulesDryRunRequest, RulesDryRun>(
            _ => new RulesDryRun { Id = "dry_1", State = DryRunState.Running, EventsTotal = 9, StartedAt = 1_700_000_000_000 }));

        var (response, body) = await server.SendAsync(HttpMethod.Post, Path, """{"identifers":[ 1 ]}""");

        Assert.Equal((HttpStatusCode.Accepted, $"{Path}/dry_1"), (response.StatusCode, response.Headers.Location!.ToString()));
        Assert.Equal("""{"identifers":[ 1 ]}""", Assert.Single(server.Stages.Requests<StartRulesDryRunRequest>()).Rules);
        Assert.Equal(
            """{"id":"dry_1","state":"running","events_read":0,"events_total":9,"started_at":"2023-11-14T22:13:20Z","finished_at":null,"error":null,"found":null}""",
            body!.ToJsonString());
    }

    [Theory]
    [InlineData("GET"), InlineData("DELETE")]
    public async Task Run_ThatIsDone_TellsWhatItFound(string method)
    {
        var run = new RulesDryRun { Id = "dry_1", State = DryRunState.Done, Found = Found() };
        await using var server = await RestServer.StartAsync(stages =>
        {
            stages.Answer<GetRulesDryRunRequest, RulesDryRun>(_ => run);
            stages.Answer<CancelRulesDryRunRequest, RulesDryRun>(_ => run);
        });

        var (_, body) = await server.SendAsync(new HttpMethod(method), $"{Path}/dry_1");

        Assert.Equal(
            """{"profiles_today":5,"profiles_after":4,"merging":3,"splitting":1,"events_lost":2,"events_gained":1,"merges":[{"profiles":3,"profile_ids":["p1","p2"],"chain":[{"from":"user_id:a","to":"user_id:b","rule":"shared_identifier","at":"1970-01-01T00:00:00Z","source_id":"","message_id":"m1"}]}],"splits":[{"profile_id":"p9","parts_total":2,"parts":[{"events":4,"identifiers":[{"id":"user_id:a","type":"user_id","value":"a"}]}]}]}""",
            body!["found"]!.ToJsonString());
        Assert.Equal("done", body["state"]!.GetValue<string>());
    }

    private static Rehearsal Found()
    {
        var (a, b) = (new Identifier { Type = "user_id", Value = "a" }, new Identifier { Type = "user_id", Value = "b" });
        return new Rehearsal
        {
            PersonsToday = 5,
            PersonsAfter = 4,
            Merging = 3,
            Splitting = 1,
            EventsLost = 2,
            EventsGained = 1,
            Merges = { new RehearsedMerge { Persons = 3, PersonIds = { "p1", "p2" }, Chain = { new ChainLink { From = a, To = b, Tie = new Tie { Rule = "shared_identifier", MessageId = "m1" } } } } },
            Splits = { new RehearsedSplit { PersonId = "p9", PartsTotal = 2, Parts = { new RehearsedPart { Events = 4, Identifiers = { a } } } } },
        };
    }
}
