using System.Net;
using Cdp.Contracts.Collection.V1;
using Cdp.Rest.Tests.Fakes;

namespace Cdp.Rest.Tests.Sources;

public sealed class SourceEndpointsTests
{
    private static readonly Source Shop = new() { Id = "src_1", Name = "Shop", Enabled = true, WriteKeyHint = "wxyz", CreatedAt = 1_767_225_600_123 };

    [Fact]
    public async Task Create_Source_ShowsItsWriteKeyOnce()
    {
        await using var server = await RestServer.StartAsync(stages =>
        {
            stages.Answer<CreateSourceRequest, CreateSourceResponse>(_ => new CreateSourceResponse { Source = Shop, WriteKey = "secret" });
            stages.Answer<GetSourceRequest, Source>(_ => Shop);
        });

        var (response, created) = await server.SendAsync(HttpMethod.Post, "/v1/sources", """{"name":"Shop"}""");
        var (_, read) = await server.SendAsync(HttpMethod.Get, "/v1/sources/src_1");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("/v1/sources/src_1", response.Headers.Location!.ToString());
        Assert.Equal("secret", created!["write_key"]!.GetValue<string>());
        Assert.Equal("""{"id":"src_1","name":"Shop","enabled":true,"write_key_hint":"wxyz","created_at":"2026-01-01T00:00:00.123Z"}""", read!.ToJsonString());
    }

    [Fact]
    public async Task Update_OneField_LeavesTheOther()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<UpdateSourceRequest, Source>(_ => Shop));

        await server.SendAsync(HttpMethod.Patch, "/v1/sources/src_1", """{"enabled":false}""");

        var request = server.Stages.Requests<UpdateSourceRequest>().Single();
        Assert.True(request is { Id: "src_1", HasEnabled: true, Enabled: false, HasName: false });
    }

    [Fact]
    public async Task RotateKey_WithoutBody_ShowsTheNewKey()
    {
        await using var server = await RestServer.StartAsync(stages =>
            stages.Answer<RotateWriteKeyRequest, CreateSourceResponse>(r => new CreateSourceResponse { Source = Shop, WriteKey = $"new of {r.Id}" }));

        var (response, body) = await server.SendAsync(HttpMethod.Post, "/v1/sources/src_1/rotate-key");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("new of src_1", body!["write_key"]!.GetValue<string>());
    }

    [Fact]
    public async Task Discards_OfASource_TellCodeCountAndSamples()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<ListDiscardsRequest, ListDiscardsResponse>(_ => new ListDiscardsResponse
        {
            Discards = { new Discard { Code = "id_required", Count = 2, Samples = { new DiscardSample { Detail = "userId: expected a string" } } } },
        }));

        var (_, body) = await server.SendAsync(HttpMethod.Get, "/v1/sources/src_1/discards");

        Assert.Equal("src_1", server.Stages.Requests<ListDiscardsRequest>().Single().SourceId);
        var discard = body!["discards"]![0]!;
        Assert.Equal("id_required", discard["code"]!.GetValue<string>());
        Assert.Null(discard["samples"]![0]!["message_id"]);
    }
}
