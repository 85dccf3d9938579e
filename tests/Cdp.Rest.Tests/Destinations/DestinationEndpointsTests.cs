using System.Net;
using Cdp.Contracts.Activation.V1;
using Cdp.Rest.Tests.Fakes;

namespace Cdp.Rest.Tests.Destinations;

public sealed class DestinationEndpointsTests
{
    private static readonly Destination Ads = new() { Id = "dst_1", Name = "Ads", Type = "webhook", Url = "https://ads.example", ConsentCategories = { "marketing" }, Enabled = true };

    [Fact]
    public async Task Create_Destination_ShowsItsSecretOnce()
    {
        await using var server = await RestServer.StartAsync(stages =>
        {
            stages.Answer<CreateDestinationRequest, CreateDestinationResponse>(_ => new CreateDestinationResponse { Destination = Ads, Secret = "whsec_x" });
            stages.Answer<ListDestinationsRequest, ListDestinationsResponse>(_ => new ListDestinationsResponse { Destinations = { Ads } });
        });

        var (response, created) = await server.SendAsync(
            HttpMethod.Post, "/v1/destinations", """{"name":"Ads","type":"webhook","url":"https://ads.example","consent_categories":["marketing",null]}""");
        var (_, listed) = await server.SendAsync(HttpMethod.Get, "/v1/destinations");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("whsec_x", created!["secret"]!.GetValue<string>());
        Assert.Equal(["marketing", ""], server.Stages.Requests<CreateDestinationRequest>().Single().ConsentCategories);
        Assert.False(listed!["destinations"]![0]!.AsObject().ContainsKey("secret"));
    }

    [Theory]
    [InlineData("""{"consent_categories":[]}""", true)]
    [InlineData("""{"name":"New"}""", false)]
    public async Task Update_Categories_AreReplacedOnlyWhereSent(string json, bool sent)
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<UpdateDestinationRequest, Destination>(_ => Ads));

        await server.SendAsync(HttpMethod.Patch, "/v1/destinations/dst_1", json);

        Assert.Equal(sent, server.Stages.Requests<UpdateDestinationRequest>().Single().ConsentCategories is not null);
    }

    [Fact]
    public async Task Activation_CreatedAndStopped_NamesWhatItConnects()
    {
        await using var server = await RestServer.StartAsync(stages =>
        {
            stages.Answer<CreateActivationRequest, SegmentActivation>(r => new SegmentActivation { Id = "act_1", SegmentKey = r.SegmentKey, DestinationId = r.DestinationId });
            stages.Answer<DeleteActivationRequest, DeleteActivationResponse>(_ => new DeleteActivationResponse());
        });

        var (created, body) = await server.SendAsync(HttpMethod.Post, "/v1/activations", """{"segment_key":"loyal","destination_id":"dst_1","skip_existing_members":true}""");
        var (stopped, _) = await server.SendAsync(HttpMethod.Delete, "/v1/activations/act_1");

        Assert.Equal("/v1/activations/act_1", created.Headers.Location!.ToString());
        Assert.Equal("loyal", body!["segment_key"]!.GetValue<string>());
        Assert.True(server.Stages.Requests<CreateActivationRequest>().Single().SkipExistingMembers);
        Assert.Equal(HttpStatusCode.NoContent, stopped.StatusCode);
    }
}
