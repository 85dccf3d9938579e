using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Rules.Documents;
using Cdp.Identity.Tests.Fakes;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Identity.Tests.Rules;

public sealed class RulesInForceTests
{
    private readonly FakeRuleStore _store = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(5_000));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_NothingStored_IsTheSettings()
    {
        using var rules = Open(new IdentityOptions { Identifiers = { ["card"] = new() { Limit = 3 } } });

        var current = await rules.GetAsync(Stop);

        Assert.Equal((1, 3), (current.Version, current.Limit("card")));
    }

    [Fact]
    public async Task Replace_FirstTime_StoresTheSettingsAndWhatFollowsThem()
    {
        using var rules = Open(new IdentityOptions { Identifiers = { ["card"] = new() { Limit = 3 } } });

        var replaced = await rules.ReplaceAsync(Document("""{"identifiers":[{"type":"card","limit":4}]}"""), 1, Stop);

        Assert.Equal((2, 4), (replaced.Version, replaced.Limit("card")));
        Assert.Same(replaced, await rules.GetAsync(Stop));
        Assert.Equal(
            [new RulesVersion { Version = 2, CreatedAt = 5_000 }, new RulesVersion { Version = 1 }], await _store.ListAsync(long.MaxValue, 10, Stop));
        // Once rules are stored, the settings are not read any more.
        using var restarted = Open(new IdentityOptions { Identifiers = { ["card"] = new() { Limit = 9 } } });
        Assert.Equal((2, 4), ((await restarted.GetAsync(Stop)).Version, (await restarted.GetAsync(Stop)).Limit("card")));
    }

    [Fact]
    public async Task Replace_RulesThatAreInForce_MakesNoVersion()
    {
        using var rules = Open();
        await rules.ReplaceAsync(Document("""{"default":{"limit":7}}"""), null, Stop);

        // Also with an older version: the answer to the change may have been lost.
        Assert.Equal(2, (await rules.ReplaceAsync(Document("""{"default":{"limit":7}}"""), 1, Stop)).Version);
        Assert.Equal(2, (await _store.LatestAsync(Stop))!.Version);
    }

    [Fact]
    public async Task Replace_MadeFromAnotherVersion_IsRefused()
    {
        using var rules = Open();
        await rules.ReplaceAsync(Document("""{"default":{"limit":7}}"""), null, Stop);

        var failure = await Assert.ThrowsAsync<RpcException>(() => rules.ReplaceAsync(Document("""{"default":{"limit":8}}"""), 1, Stop));

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Equal((2, 7), ((await rules.GetAsync(Stop)).Version, (await rules.GetAsync(Stop)).Describe().DefaultLimit));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Replace_StoreFails_IsWhatIsStored(bool doesItsWork, long expected)
    {
        using var rules = Open();
        (_store.Failure, _store.DoesItsWork) = (new IOException("The store failed."), doesItsWork);

        await Assert.ThrowsAsync<IOException>(() => rules.ReplaceAsync(Document("""{"default":{"limit":7}}"""), null, Stop));

        Assert.Equal(expected, (await rules.GetAsync(Stop)).Version);
    }

    [Fact]
    public async Task Get_ForEventsOfAnotherVersion_IsRefused()
    {
        using var rules = Open();

        Assert.Equal(1, (await rules.GetAsync(0, Stop)).Version);
        Assert.Equal(1, (await rules.GetAsync(1, Stop)).Version);
        var failure = await Assert.ThrowsAsync<RpcException>(() => rules.GetAsync(2, Stop).AsTask());
        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
    }

    [Fact]
    public async Task Settings_TwoTypesOfOnePriority_StayInTheirOrder()
    {
        using var rules = Open(new IdentityOptions { Identifiers = { ["b"] = new() { Priority = 2 }, ["a"] = new() { Priority = 3 }, ["c"] = new() { Priority = 3 } } });

        var described = (await rules.GetAsync(Stop)).Describe().Identifiers;

        Assert.Equal([("user_id", 1), ("b", 2), ("email", 3), ("a", 4), ("c", 5), ("android.id", 0)], described.Take(6).Select(r => (r.Type, r.Priority)));
    }

    [Fact]
    public async Task Blocked_ValuesAndPatterns_AreNoIdentifiers()
    {
        using var rules = Open();
        var current = await rules.ReplaceAsync(
            Document("""
                {"blocked_values":["Test@Test.com"],"blocked_patterns":["^x+$"],
                 "identifiers":[{"type":"phone","region":"DE","blocked_values":["030 901820"]},{"type":"card","blocked_patterns":["^0"]},{"type":"mail","normalise":["trim","email","sha256"]}]}
                """),
            null,
            Stop);

        Assert.All(
            [("email", " TEST@test.com"), ("card", "test@test.com"), ("new", "xxx"), ("phone", "+49 30 901820"), ("card", "01"), ("mail", "test@test.com"),
             ("mail", Convert.ToHexString(System.Security.Cryptography.SHA256.HashData("test@test.com"u8)))],
            ((string Type, string Value) i) => Assert.False(current.TryNormalise(new Identifier { Type = i.Type, Value = i.Value }, out _)));
        Assert.All(
            [("new", "01"), ("phone", "+49 30 901821"), ("card", "+4930901820"), ("user_id", "null")],
            ((string Type, string Value) i) => Assert.True(current.TryNormalise(new Identifier { Type = i.Type, Value = i.Value }, out _)));
    }

    private static IdentityRules Document(string json) => RulesDocument.Read(json, null).Rules;

    private RulesInForce Open(IdentityOptions? options = null) => Events.InForce(options, _store, _time);
}
