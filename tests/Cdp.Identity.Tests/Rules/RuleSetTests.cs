using Cdp.Contracts.Common.V1;
using Cdp.Identity.Rules;

namespace Cdp.Identity.Tests.Rules;

public sealed class RuleSetTests
{
    [Theory]
    [InlineData("email", "  Ann@Example.COM ", "ann@example.com")]
    [InlineData("user_id", " Ann ", "Ann")]
    [InlineData("custom", "-17", "-17")]
    [InlineData("user_id", "00001", "00001")]
    public void TryNormalise_UsableValue_Normalises(string type, string value, string expected)
    {
        Assert.True(Rules().TryNormalise(new Identifier { Type = type, Value = value }, out var key));
        Assert.Equal(new IdentifierKey(type, expected), key);
    }

    [Theory]
    [InlineData("user_id", "")]
    [InlineData("user_id", "   ")]
    [InlineData("user_id", "0")]
    [InlineData("user_id", "00000000-0000-0000-0000-000000000000")]
    [InlineData("user_id", "-1")]
    [InlineData("user_id", "null")]
    [InlineData("user_id", "anonymous")]
    [InlineData("user_id", "undefined")]
    [InlineData("user_id", "a\u0000b")]
    [InlineData("user_id", "a\u0085b")]
    [InlineData("group_id", "acme")]
    [InlineData("", "x")]
    public void TryNormalise_ValueThatIdentifiesNobody_Refuses(string type, string value) =>
        Assert.False(Rules().TryNormalise(new Identifier { Type = type, Value = value }, out _));

    [Fact]
    public void TryNormalise_TooLong_Refuses()
    {
        Assert.True(Rules().TryNormalise(new Identifier { Type = "x", Value = new string('a', RuleSet.LongestValue) }, out _));
        Assert.False(Rules().TryNormalise(new Identifier { Type = "x", Value = new string('a', RuleSet.LongestValue + 1) }, out _));
        Assert.False(Rules().TryNormalise(new Identifier { Type = new string('t', 65), Value = "a" }, out _));
    }

    [Fact]
    public void TryNormalise_OwnBlockedValues_ReplaceTheDefaults()
    {
        var rules = Rules(new IdentityOptions { BlockedValues = ["^test-"] });

        Assert.False(rules.TryNormalise(new Identifier { Type = "user_id", Value = "test-1" }, out _));
        Assert.True(rules.TryNormalise(new Identifier { Type = "user_id", Value = "null" }, out _));
    }

    [Fact]
    public void Describe_Defaults_AreSegmentsByPriority()
    {
        var rules = Rules().Describe().Identifiers;

        Assert.Equal(["user_id", "email", "android.id", "android.idfa"], rules.Take(4).Select(r => r.Type));
        Assert.Equal(1, rules.Single(r => r.Type == "user_id").Limit);
        Assert.All(rules.Where(r => r.Type != "user_id"), r => Assert.Equal(5, r.Limit));
        Assert.All(rules, r => Assert.Equal("ever", r.Window));
    }

    [Fact]
    public void Describe_OnlyALimitIsConfigured_KeepsTheTypesOtherDefaults()
    {
        var rules = Rules(new IdentityOptions { Identifiers = { ["user_id"] = new() { Limit = 2 }, ["loyalty_card"] = new() { Priority = 3 } } });

        Assert.Equal(["user_id", "email", "loyalty_card"], rules.Describe().Identifiers.Take(3).Select(r => r.Type));
        Assert.Equal(2, rules.Limit("user_id"));
        Assert.Equal(5, rules.Limit("loyalty_card"));
        Assert.Equal(5, rules.Limit("never_heard_of"));
        Assert.True(rules.Compare("user_id", "never_heard_of") < 0);
        Assert.True(rules.Compare("zz", "aa") > 0);
    }

    [Fact]
    public void Validate_EverythingIsWrong_NamesEverySetting()
    {
        var result = new IdentityOptionsValidator().Validate(null, new IdentityOptions
        {
            CacheSize = 0,
            BlockedValues = ["ok", "(", @"(a)\1"],
            Identifiers = { ["email"] = new() { Limit = 0, Window = "daily", Priority = 1000 }, ["group_id"] = new(), ["phone"] = new() { Limit = 1 } },
        });

        string[] paths = ["CacheSize", "BlockedValues:1", "BlockedValues:2", "Identifiers:email:Limit", "Identifiers:email:Window", "Identifiers:email:Priority", "Identifiers:group_id"];
        Assert.Equal(paths.Select(p => $"Cdp:Identity:{p}").Order(), result.Failures!.Select(f => f[..f.IndexOf(": ", StringComparison.Ordinal)]).Order());
        Assert.True(new IdentityOptionsValidator().Validate(null, new IdentityOptions()).Succeeded);
    }

    private static RuleSet Rules(IdentityOptions? options = null) => new(ConfiguredRules.From(options ?? new IdentityOptions()));
}
