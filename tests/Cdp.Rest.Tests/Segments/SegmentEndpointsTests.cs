using System.Net;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Rest.Tests.Fakes;

namespace Cdp.Rest.Tests.Segments;

public sealed class SegmentEndpointsTests
{
    private static readonly Segment Loyal = new() { Key = "loyal", Name = "Loyal", Condition = """{"event":"Order"}""", Size = 3 };

    [Fact]
    public async Task Create_Condition_GoesOnAsItIs()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<CreateSegmentRequest, Segment>(_ => Loyal));

        var (response, body) = await server.SendAsync(HttpMethod.Post, "/v1/segments", """{"key":"loyal","condition":{"event":"Order","count":{"op":"at_least","value":3.0}}}""");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("/v1/segments/loyal", response.Headers.Location!.ToString());
        Assert.Equal("""{"event":"Order"}""", body!["condition"]!.ToJsonString());
        Assert.Equal(
            new CreateSegmentRequest { Key = "loyal", Condition = """{"event":"Order","count":{"op":"at_least","value":3.0}}""" },
            server.Stages.Requests<CreateSegmentRequest>().Single());
    }

    [Fact]
    public async Task Create_DeepestCondition_IsRead()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<CreateSegmentRequest, Segment>(_ => Loyal));
        var condition = string.Concat(Enumerable.Repeat("""{"and":[""", 32)) + """{"event":"x"}""" + string.Concat(Enumerable.Repeat("]}", 32));

        var (response, _) = await server.SendAsync(HttpMethod.Post, "/v1/segments", $$"""{"key":"deep","condition":{{condition}}}""");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Fact]
    public async Task Update_OneField_LeavesTheOther()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<UpdateSegmentRequest, Segment>(_ => Loyal));

        await server.SendAsync(HttpMethod.Patch, "/v1/segments/loyal", """{"name":"New"}""");

        var request = server.Stages.Requests<UpdateSegmentRequest>().Single();
        Assert.Equal("New", request.Name);
        Assert.False(request.HasCondition);
    }

    [Fact]
    public async Task Delete_Segment_Answers204()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<DeleteSegmentRequest, DeleteSegmentResponse>(_ => new DeleteSegmentResponse()));

        var (response, body) = await server.SendAsync(HttpMethod.Delete, "/v1/segments/loyal");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Null(body);
        Assert.Equal("loyal", server.Stages.Requests<DeleteSegmentRequest>().Single().Key);
    }

    [Fact]
    public async Task Preview_Condition_AnswersCountAndSample()
    {
        await using var server = await RestServer.StartAsync(stages =>
            stages.Answer<PreviewRequest, PreviewResponse>(_ => new PreviewResponse { Count = 7, Sample = { "p1" } }));

        var (_, body) = await server.SendAsync(HttpMethod.Post, "/v1/segments/preview", """{"condition":{"event":"Order"}}""", "reader");

        Assert.Equal("""{"count":7,"sample":["p1"]}""", body!.ToJsonString());
    }

    [Fact]
    public async Task History_Changes_TellTheirCause()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<ListHistoryRequest, ListHistoryResponse>(_ => new ListHistoryResponse
        {
            Changes = { new MembershipChange { Sequence = 4, SegmentKey = "loyal", ProfileId = "p1", Entered = true, Cause = MembershipCause.Definition } },
        }));

        var (_, body) = await server.SendAsync(HttpMethod.Get, "/v1/segments/loyal/history?profile_id=p1&limit=1000");

        Assert.Equal(new ListHistoryRequest { Key = "loyal", ProfileId = "p1", Limit = 1000 }, server.Stages.Requests<ListHistoryRequest>().Single());
        Assert.Equal("definition", body!["changes"]![0]!["cause"]!.GetValue<string>());
        Assert.Single(body.AsObject(), p => p.Value is System.Text.Json.Nodes.JsonArray);
    }
}
