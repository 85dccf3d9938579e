using System.Net;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Rest.Tests.Fakes;

namespace Cdp.Rest.Tests.Regulations;

public sealed class RegulationEndpointsTests
{
    private static readonly Regulation Running = new() { Id = "reg_1", Type = "delete", State = "running", ProfileIds = { "p1" }, ErasedFrom = { "collection" }, EventsErased = 2 };

    [Fact]
    public async Task Create_ForAnIdentifier_PassesItOn()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<CreateRegulationRequest, Regulation>(_ => Running));

        var (response, body) = await server.SendAsync(HttpMethod.Post, "/v1/regulations", """{"type":"delete","identifier":{"type":"user_id","value":"ada"}}""");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(
            new CreateRegulationRequest { Type = "delete", Identifier = new Identifier { Type = "user_id", Value = "ada" } },
            server.Stages.Requests<CreateRegulationRequest>().Single());
        Assert.Equal("running", body!["state"]!.GetValue<string>());
        Assert.Null(body["finished_at"]);
    }

    [Fact]
    public async Task GetAndList_TellTheProgress()
    {
        await using var server = await RestServer.StartAsync(stages =>
        {
            stages.Answer<GetRegulationRequest, Regulation>(_ => Running);
            stages.Answer<ListRegulationsRequest, ListRegulationsResponse>(_ => new ListRegulationsResponse { Regulations = { Running } });
        });

        var (_, one) = await server.SendAsync(HttpMethod.Get, "/v1/regulations/reg_1");
        var (_, all) = await server.SendAsync(HttpMethod.Get, "/v1/regulations?limit=3");

        Assert.Equal(2, one!["events_erased"]!.GetValue<long>());
        Assert.Equal(one.ToJsonString(), all!["regulations"]![0]!.ToJsonString());
        Assert.Equal(3, server.Stages.Requests<ListRegulationsRequest>().Single().Limit);
    }
}
