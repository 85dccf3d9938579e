using System.Net;
using Cdp.Contracts.Governance.V1;
using Cdp.Rest.Tests.Fakes;

namespace Cdp.Rest.Tests.Consent;

public sealed class ConsentEndpointsTests
{
    [Fact]
    public async Task PutListDelete_Purpose_PassItOn()
    {
        await using var server = await RestServer.StartAsync(stages =>
        {
            stages.Answer<PutPurposeRequest, ConsentPurpose>(r => new ConsentPurpose { Key = r.Key, Name = r.Name, Description = r.Description });
            stages.Answer<ListPurposesRequest, ListPurposesResponse>(_ => new ListPurposesResponse { Purposes = { new ConsentPurpose { Key = "ads", Name = "Ads" } } });
            stages.Answer<DeletePurposeRequest, DeletePurposeResponse>(_ => new DeletePurposeResponse());
        });

        var (_, put) = await server.SendAsync(HttpMethod.Put, "/v1/consent/purposes/marketing", """{"name":"Marketing","description":"News"}""");
        var (_, listed) = await server.SendAsync(HttpMethod.Get, "/v1/consent/purposes");
        var (deleted, _) = await server.SendAsync(HttpMethod.Delete, "/v1/consent/purposes/marketing");

        Assert.Equal("""{"key":"marketing","name":"Marketing","description":"News"}""", put!.ToJsonString());
        Assert.Equal("""{"purposes":[{"key":"ads","name":"Ads","description":null}]}""", listed!.ToJsonString());
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }
}
