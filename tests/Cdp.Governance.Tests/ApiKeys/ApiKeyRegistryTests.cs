using Cdp.Contracts.Actors;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Scopes;
using Cdp.Governance.ApiKeys;
using Cdp.Governance.Tests.Fakes;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Governance.Tests.ApiKeys;

public sealed class ApiKeyRegistryTests : IAsyncDisposable
{
    private readonly GovernanceFiles _files = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(5_000));
    private readonly ApiKeyRegistry _keys;

    public ApiKeyRegistryTests() => _keys = new ApiKeyRegistry(_files.ApiKeys, _time);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_BySystem_GivesASecretThatVerifiesAndIsNowhereStored()
    {
        var (key, secret) = await _keys.CreateAsync(" reader ", ["segments:read", "audit:read", "segments:read"], Actor.System, Stop);

        Assert.Matches("^cdp_[0-9a-f]{64}$", secret);
        Assert.Equal(("reader", 5_000L, secret[^4..]), (key.Name, key.CreatedAt, key.Hint));
        Assert.Equal(["segments:read", "audit:read"], key.Scopes);
        Assert.Equal(key.Id, (await _keys.VerifyAsync(secret, Stop))?.Id);
        Assert.False(_files.Contain(secret));
        Assert.False(_files.Contain(secret[4..]));
    }

    [Fact]
    public async Task Create_Twice_GivesDifferentSecrets()
    {
        var (first, firstSecret) = await _keys.CreateAsync("a", ["*"], Actor.System, Stop);
        var (second, secondSecret) = await _keys.CreateAsync("a", ["*"], Actor.System, Stop);

        Assert.NotEqual(firstSecret, secondSecret);
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task Create_WithSeveralErrors_NamesThemAllAndTheKnownScopes()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => _keys.CreateAsync(" ", ["segments:read", "segments", "x:read"], Actor.System, Stop));

        var errors = Failure.FieldErrors(exception);
        Assert.Equal(["name", "scopes[1]", "scopes[2]"], errors.Select(e => e.Field));
        Assert.Contains("dead_letters:write", errors[1].Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WithoutScopes_IsRefused()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => _keys.CreateAsync("a", [], Actor.System, Stop));

        Assert.Equal(["scopes"], Failure.FieldErrors(exception).Select(e => e.Field));
    }

    [Theory]
    [InlineData("segments:read", "segments:read", true)]
    [InlineData("*", "*", true)]
    [InlineData("*", "audit:read", true)]
    [InlineData("segments:read", "segments:write", false)]
    [InlineData("segments:write", "segments:read", false)]
    [InlineData("api_keys:write", "*", false)]
    public async Task Create_ByAnotherKey_GivesNoMoreThanThatHas(string own, string wanted, bool allowed)
    {
        var (actor, _) = await _keys.CreateAsync("actor", [own], Actor.System, Stop);

        var exception = await Record.ExceptionAsync(() => _keys.CreateAsync("new", [wanted], actor.Id, Stop));

        Assert.Equal(allowed ? null : StatusCode.PermissionDenied, (exception as RpcException)?.StatusCode);
    }

    [Fact]
    public async Task Create_ByAKeyThatIsRevokedOrUnknown_IsRefused()
    {
        var (actor, _) = await _keys.CreateAsync("actor", ["*"], Actor.System, Stop);
        await _keys.RevokeAsync(actor.Id, Stop);

        foreach (var id in new[] { actor.Id, "key_none", "" })
        {
            var exception = await Assert.ThrowsAsync<RpcException>(() => _keys.CreateAsync("new", ["audit:read"], id, Stop));
            Assert.Equal(StatusCode.PermissionDenied, exception.StatusCode);
        }
    }

    [Fact]
    public async Task Revoke_OnceAndAgain_KeepsTheFirstTimeAndTheKeyShut()
    {
        var (key, secret) = await _keys.CreateAsync("a", ["*"], Actor.System, Stop);

        await _keys.RevokeAsync(key.Id, Stop);
        _time.Advance(TimeSpan.FromHours(1));
        await _keys.RevokeAsync(key.Id, Stop);
        await _files.ReopenAsync();

        Assert.Equal(5_000, (await _files.ApiKeys.GetAsync(key.Id, Stop))?.RevokedAt);
        Assert.Null(await new ApiKeyRegistry(_files.ApiKeys, _time).VerifyAsync(secret, Stop));
    }

    [Fact]
    public async Task Revoke_OfAnUnknownKey_IsNotFound() =>
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => _keys.RevokeAsync("key_none", Stop))).StatusCode);

    [Theory]
    [InlineData("")]
    [InlineData("cdp_")]
    [InlineData("cdp_0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Verify_OfSomethingElse_GivesNothing(string secret)
    {
        await _keys.CreateAsync("a", ["*"], Actor.System, Stop);

        Assert.Null(await _keys.VerifyAsync(secret, Stop));
        Assert.Null(await _keys.VerifyAsync(secret + new string('x', 600), Stop));
    }

    [Fact]
    public void Known_Scopes_AreEachResourceTwiceAndAll()
    {
        Assert.Equal(29, Scope.Known.Count);
        Assert.All(Scope.Known, scope => Assert.Matches(@"^([a-z_]+:(read|write)|\*)$", scope));
        Assert.All(Scope.Known, scope => Assert.True(Scope.IsKnown(scope) && Scope.Covers(["*"], scope) && Scope.Covers([scope], scope)));
        Assert.False(Scope.Covers([], "audit:read"));
    }

    public ValueTask DisposeAsync() => _files.DisposeAsync();
}
