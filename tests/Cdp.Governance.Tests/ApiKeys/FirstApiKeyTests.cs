using Cdp.Contracts.Actors;
using Cdp.Governance.ApiKeys;
using Cdp.Governance.Tests.Fakes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Governance.Tests.ApiKeys;

public sealed class FirstApiKeyTests : IAsyncDisposable
{
    private const string First = "the-first-secret";
    private const string Second = "the-second-secret";
    private readonly GovernanceFiles _files = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(5_000));
    private readonly ListLogger<FirstApiKey> _logger = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ApiKeyRegistry Keys => new(_files.ApiKeys, _time);

    [Fact]
    public async Task Start_WithAConfiguredKey_MakesItOnceWithAllScopes()
    {
        await StartAsync(First);
        await StartAsync(First);

        var key = Assert.Single(await _files.ApiKeys.ListAsync(Stop));
        Assert.Equal(["*"], key.Scopes);
        Assert.True(key.IsConfigured);
        Assert.Equal(key.Id, (await Keys.VerifyAsync(First, Stop))?.Id);
        Assert.False(_files.Contain(First));
    }

    [Fact]
    public async Task Start_WithAnotherConfiguredKey_RevokesTheFormerOneOnly()
    {
        await StartAsync(First);
        var (_, secret) = await Keys.CreateAsync("made by hand", ["*"], Actor.System, Stop);

        await StartAsync(Second);

        Assert.Null(await Keys.VerifyAsync(First, Stop));
        Assert.NotNull(await Keys.VerifyAsync(Second, Stop));
        Assert.NotNull(await Keys.VerifyAsync(secret, Stop));
    }

    [Fact]
    public async Task Start_WithARevokedKey_DoesNotBringItBackNorShutOutTheOthers()
    {
        await StartAsync(First);
        await StartAsync(Second);

        await StartAsync(First);

        Assert.Null(await Keys.VerifyAsync(First, Stop));
        Assert.NotNull(await Keys.VerifyAsync(Second, Stop));
        Assert.Equal(601, Assert.Single(_logger.Entries).Id.Id);
        Assert.DoesNotContain(First, _logger.Entries[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithASecretThatAKeyHasAlready_GivesThatKeyAllScopes()
    {
        var (key, secret) = await Keys.CreateAsync("reader", ["audit:read"], Actor.System, Stop);

        await StartAsync(secret);

        var now = Assert.Single(await _files.ApiKeys.ListAsync(Stop));
        Assert.Equal((key.Id, "*", true), (now.Id, now.Scopes[0], now.IsConfigured));
    }

    [Fact]
    public async Task Start_WithoutOne_MakesOneUnlessAValidKeyIsThere()
    {
        await StartAsync(null);
        var key = Assert.Single(await _files.ApiKeys.ListAsync(Stop));
        Assert.Equal(["*"], key.Scopes);

        await StartAsync("");
        Assert.Single(await _files.ApiKeys.ListAsync(Stop));

        // Nobody could get in any more.
        await Keys.RevokeAsync(key.Id, Stop);
        await StartAsync(null);
        Assert.Single(await _files.ApiKeys.ListAsync(Stop), k => k.IsValid);
    }

    [Fact]
    public async Task Start_WithAKeyThatIsTooShort_RefusesAndNamesTheSetting()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync("short"));

        Assert.Contains("Cdp:AdminKey", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short", exception.Message, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _files.DisposeAsync();

    private Task StartAsync(string? configured)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(FirstApiKey.Setting, configured)]).Build();
        return new FirstApiKey(_files.ApiKeys, Keys, configuration, _time, _logger).StartAsync(Stop);
    }
}
