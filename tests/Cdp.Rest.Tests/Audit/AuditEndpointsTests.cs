using Cdp.Contracts.Governance.V1;
using Cdp.Rest.Tests.Fakes;

namespace Cdp.Rest.Tests.Audit;

public sealed class AuditEndpointsTests
{
    [Fact]
    public async Task List_Page_TellsWhoDidWhat()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<ListAuditRequest, ListAuditResponse>(_ => new ListAuditResponse
        {
            Entries = { new AuditEntry { Sequence = 2, At = 1_767_225_600_000, Actor = "key_1", Action = "segment.create", Target = "loyal" } },
            NextCursor = "2",
        }));

        var (_, body) = await server.SendAsync(HttpMethod.Get, "/v1/audit?limit=1&cursor=3");

        Assert.Equal(new ListAuditRequest { Limit = 1, Cursor = "3" }, server.Stages.Requests<ListAuditRequest>().Single());
        Assert.Equal(
            """{"entries":[{"sequence":2,"at":"2026-01-01T00:00:00Z","actor":"key_1","action":"segment.create","target":"loyal"}],"next_cursor":"2"}""",
            body!.ToJsonString());
    }
}
