using Cdp.Contracts.Governance.V1;
using Cdp.Governance.ApiKeys;
using Cdp.Governance.Tests.Fakes;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Governance.Tests.ApiKeys;

public sealed class ApiKeyGrpcServiceTests : IAsyncDisposable
{
    private readonly GovernanceFiles _files = new();
    private readonly ApiKeyGrpcService _service;

    public ApiKeyGrpcServiceTests() =>
        _service = new ApiKeyGrpcService(new ApiKeyRegistry(_files.ApiKeys, new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(5))), _files.ApiKeys);

    [Fact]
    public async Task Key_FromCreationToRevocation_IsListedWithoutItsSecret()
    {
        var created = await _service.CreateApiKey(new CreateApiKeyRequest { Name = "a", Scopes = { "*" } }, new TestCallContext());
        Assert.Equal(created.Key, await _service.VerifyApiKey(new VerifyApiKeyRequest { Secret = created.Secret }, new TestCallContext()));

        await _service.RevokeApiKey(new RevokeApiKeyRequest { Id = created.Key.Id }, new TestCallContext());

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => _service.VerifyApiKey(new VerifyApiKeyRequest { Secret = created.Secret }, new TestCallContext()));
        Assert.Equal(StatusCode.Unauthenticated, exception.StatusCode);
        var listed = Assert.Single((await _service.ListApiKeys(new ListApiKeysRequest(), new TestCallContext())).Keys);
        Assert.Equal(5, listed.RevokedAt);
        Assert.DoesNotContain(created.Secret, listed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_ForTheCallersKey_IsHeldToItsScopes()
    {
        var reader = await _service.CreateApiKey(new CreateApiKeyRequest { Name = "a", Scopes = { "audit:read" } }, new TestCallContext());

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => _service.CreateApiKey(new CreateApiKeyRequest { Name = "b", Scopes = { "*" } }, new TestCallContext(reader.Key.Id)));

        Assert.Equal(StatusCode.PermissionDenied, exception.StatusCode);
    }

    public ValueTask DisposeAsync() => _files.DisposeAsync();
}
