using System.Net;
using Cdp.Contracts.Activation.V1;
using Cdp.Rest.Tests.Fakes;

namespace Cdp.Rest.Tests.Deliveries;

public sealed class DeliveryEndpointsTests
{
    private static readonly Delivery Blocked = new()
    {
        Id = "dlv_1",
        State = DeliveryState.Blocked,
        Reason = "marketing was not granted",
        Attempts = { new DeliveryAttempt { At = 1_767_225_600_000, Error = "no answer", DurationMs = 5 } },
    };

    [Fact]
    public async Task List_ByState_AsksForItAndTellsIt()
    {
        await using var server = await RestServer.StartAsync(stages =>
            stages.Answer<ListDeliveriesRequest, ListDeliveriesResponse>(_ => new ListDeliveriesResponse { Deliveries = { Blocked } }));

        var (_, body) = await server.SendAsync(HttpMethod.Get, "/v1/deliveries?state=blocked&destination_id=dst_1&profile_id=p1&limit=5");

        Assert.Equal(
            new ListDeliveriesRequest { State = DeliveryState.Blocked, DestinationId = "dst_1", ProfileId = "p1", Limit = 5 },
            server.Stages.Requests<ListDeliveriesRequest>().Single());
        var delivery = body!["deliveries"]![0]!;
        Assert.Equal("blocked", delivery["state"]!.GetValue<string>());
        Assert.Null(delivery["next_attempt_at"]);
        Assert.Null(delivery["attempts"]![0]!["status"]);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("unspecified")]
    [InlineData("3")]
    public async Task List_UnknownState_NamesThoseThereAre(string state)
    {
        await using var server = await RestServer.StartAsync();

        var (response, body) = await server.SendAsync(HttpMethod.Get, $"/v1/deliveries?state={state}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("state", body!["errors"]![0]!["field"]!.GetValue<string>());
        Assert.Contains("pending, delivered, blocked, dead, cancelled", body["errors"]![0]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_Delivery_AnswersIt()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<ReplayDeliveryRequest, Delivery>(_ => Blocked));

        var (response, body) = await server.SendAsync(HttpMethod.Post, "/v1/deliveries/dlv_1/replay");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("dlv_1", body!["id"]!.GetValue<string>());
    }
}
