using System.Net;
using Cdp.Contracts.Governance.V1;
using Cdp.Rest.Tests.Fakes;

namespace Cdp.Rest.Tests.ApiKeys;

public sealed class ApiKeyEndpointsTests
{
    [Fact]
    public async Task Create_Key_ShowsItsSecretOnce()
    {
        var key = new ApiKey { Id = "key_1", Name = "reader", Scopes = { "segments:read" }, Hint = "wxyz" };
        await using var server = await RestServer.StartAsync(stages =>
        {
            stages.Answer<CreateApiKeyRequest, CreateApiKeyResponse>(_ => new CreateApiKeyResponse { Key = key, Secret = "shown once" });
            stages.Answer<ListApiKeysRequest, ListApiKeysResponse>(_ => new ListApiKeysResponse { Keys = { key } });
        });

        var (response, created) = await server.SendAsync(HttpMethod.Post, "/v1/api-keys", """{"name":"reader","scopes":["segments:read"]}""");
        var (_, listed) = await server.SendAsync(HttpMethod.Get, "/v1/api-keys");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("shown once", created!["secret"]!.GetValue<string>());
        Assert.Equal(["segments:read"], server.Stages.Requests<CreateApiKeyRequest>().Single().Scopes);
        Assert.False(listed!["keys"]![0]!.AsObject().ContainsKey("secret"));
        Assert.Null(listed["keys"]![0]!["revoked_at"]);
    }

    [Fact]
    public async Task Revoke_Key_Answers204()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<RevokeApiKeyRequest, RevokeApiKeyResponse>(_ => new RevokeApiKeyResponse()));

        var (response, _) = await server.SendAsync(HttpMethod.Delete, "/v1/api-keys/key_1");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("key_1", server.Stages.Requests<RevokeApiKeyRequest>().Single().Id);
    }
}
