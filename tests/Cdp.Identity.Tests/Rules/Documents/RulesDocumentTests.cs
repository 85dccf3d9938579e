using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Rules.Documents;
using Grpc.Core;

namespace Cdp.Identity.Tests.Rules.Documents;

public sealed class RulesDocumentTests
{
    [Fact]
    public void Read_EmptyDocument_IsTheRulesWithoutSettings()
    {
        var expected = ConfiguredRules.From(new IdentityOptions());
        expected.Version = 0;

        Assert.Equal(expected, RulesDocument.Read("{}", null).Rules);
    }

    [Fact]
    public void Read_WholeDocument_IsTakenAsItIs()
    {
        var (rules, madeFrom) = RulesDocument.Read(
            """
            {"identifiers":[
              {"type":"card","from":["properties.card","traits.card"],"normalise":["trim","uppercase"],"limit":2,"window":"monthly","priority":3,"blocked_values":["X"],"blocked_patterns":["^0+$"]},
              {"type":"phone","region":"DE"},
              {"type":"email","normalise":["trim","email","email_strip_plus","sha256"],"limit":null},
              {"type":"passport","unique":true},
              {"type":"ios.idfa","from":[]}],
             "blocked_values":["test@test.com"],"blocked_patterns":[],"strategy":"merge","default":{"limit":7,"window":"weekly"},"version":4,"created_at":"2026-01-01T00:00:00Z"}
            """,
            null);

        Assert.Equal(4, madeFrom);
        Assert.Equal(("merge", 7, "weekly", 0), (rules.Strategy, rules.DefaultLimit, rules.DefaultWindow, rules.BlockedPatterns.Count));
        Assert.Equal(["test@test.com"], rules.BlockedValues);
        Assert.Equal(["user_id", "email", "card", "android.id"], rules.Identifiers.Take(4).Select(r => r.Type));
        Assert.Equal(
            new IdentifierRule
            {
                Type = "card",
                From = { "properties.card", "traits.card" },
                Normalise = { "trim", "uppercase" },
                Limit = 2,
                Window = "monthly",
                Priority = 3,
                BlockedValues = { "X" },
                BlockedPatterns = { "^0+$" },
            },
            Of(rules, "card"));
        Assert.Equal(("DE", 7, "weekly"), (Of(rules, "phone").Region, Of(rules, "phone").Limit, Of(rules, "phone").Window));
        Assert.Equal(["trim", "email", "email_strip_plus", "sha256"], Of(rules, "email").Normalise);
        Assert.Equal((true, 1, "ever"), (Of(rules, "passport").Unique, Of(rules, "passport").Limit, Of(rules, "passport").Window));
        Assert.Equal((1, "ever"), (Of(rules, "user_id").Limit, Of(rules, "user_id").Window));
        Assert.Empty(Of(rules, "ios.idfa").From);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("[]", "")]
    [InlineData("""{"strategy":"merge","strategy":"link"}""", "")]
    [InlineData("""{"identifers":[]}""", "identifers")]
    [InlineData("""{"identifiers":{}}""", "identifiers")]
    [InlineData("""{"identifiers":[5]}""", "identifiers[0]")]
    [InlineData("""{"identifiers":[{}]}""", "identifiers[0].type")]
    [InlineData("""{"identifiers":[{"type":5}]}""", "identifiers[0].type")]
    [InlineData("""{"identifiers":[{"type":""}]}""", "identifiers[0].type")]
    [InlineData("""{"identifiers":[{"type":"a:b"}]}""", "identifiers[0].type")]
    [InlineData("""{"identifiers":[{"type":" a"}]}""", "identifiers[0].type")]
    [InlineData("""{"identifiers":[{"type":"group_id"}]}""", "identifiers[0].type")]
    [InlineData("""{"identifiers":[{"type":"a"},{"type":"a"}]}""", "identifiers[1].type")]
    [InlineData("""{"identifiers":[{"type":"a","limits":1}]}""", "identifiers[0].limits")]
    [InlineData("""{"identifiers":[{"type":"a","limit":0}]}""", "identifiers[0].limit")]
    [InlineData("""{"identifiers":[{"type":"a","limit":1.5}]}""", "identifiers[0].limit")]
    [InlineData("""{"identifiers":[{"type":"a","limit":99999999999999999999}]}""", "identifiers[0].limit")]
    [InlineData("""{"identifiers":[{"type":"a","limit":"5"}]}""", "identifiers[0].limit")]
    [InlineData("""{"identifiers":[{"type":"a","window":"daily"}]}""", "identifiers[0].window")]
    [InlineData("""{"identifiers":[{"type":"a","priority":0}]}""", "identifiers[0].priority")]
    [InlineData("""{"identifiers":[{"type":"a","priority":1000}]}""", "identifiers[0].priority")]
    [InlineData("""{"identifiers":[{"type":"a","priority":7},{"type":"b","priority":7}]}""", "identifiers[1].priority")]
    [InlineData("""{"identifiers":[{"type":"a","priority":2}]}""", "identifiers[0].priority")]
    [InlineData("""{"identifiers":[{"type":"a","unique":"yes"}]}""", "identifiers[0].unique")]
    [InlineData("""{"identifiers":[{"type":"a","unique":true,"limit":2}]}""", "identifiers[0].limit")]
    [InlineData("""{"identifiers":[{"type":"a","unique":true,"window":"weekly"}]}""", "identifiers[0].window")]
    [InlineData("""{"identifiers":[{"type":"a","from":["a..b"]}]}""", "identifiers[0].from[0]")]
    [InlineData("""{"identifiers":[{"type":"a","from":["a",5]}]}""", "identifiers[0].from[1]")]
    [InlineData("""{"identifiers":[{"type":"a","from":["traits"]}]}""", "identifiers[0].from[0]")]
    [InlineData("""{"identifiers":[{"type":"a","from":["context.groupId"]}]}""", "identifiers[0].from[0]")]
    [InlineData("""{"identifiers":[{"type":"a","from":["properties.x","properties.x"]}]}""", "identifiers[0].from[1]")]
    [InlineData("""{"identifiers":[{"type":"a","from":["properties.x"]},{"type":"b","from":["traits.y","properties.x"]}]}""", "identifiers[1].from[1]")]
    [InlineData("""{"identifiers":[{"type":"mail","from":["traits.email"]}]}""", "identifiers[0].from[0]")]
    [InlineData("""{"identifiers":[{"type":"device","from":["context.device.id"]},{"type":"ios.id","from":[]}]}""", "identifiers[0].from[0]")]
    [InlineData("""{"identifiers":[{"type":"a","normalise":["trimm"]}]}""", "identifiers[0].normalise[0]")]
    [InlineData("""{"identifiers":[{"type":"a","normalise":["trim","trim"]}]}""", "identifiers[0].normalise[1]")]
    [InlineData("""{"identifiers":[{"type":"a","normalise":["sha256","trim"]}]}""", "identifiers[0].normalise[1]")]
    [InlineData("""{"identifiers":[{"type":"a","normalise":["email_strip_plus","email"]}]}""", "identifiers[0].normalise[0]")]
    [InlineData("""{"identifiers":[{"type":"a","normalise":["lowercase","uppercase"]}]}""", "identifiers[0].normalise[1]")]
    [InlineData("""{"identifiers":[{"type":"a","normalise":["email","phone"]}]}""", "identifiers[0].normalise[1]")]
    [InlineData("""{"identifiers":[{"type":"a","region":"DE"}]}""", "identifiers[0].region")]
    [InlineData("""{"identifiers":[{"type":"phone","region":"Germany"}]}""", "identifiers[0].region")]
    [InlineData("""{"identifiers":[{"type":"a","blocked_values":[" "]}]}""", "identifiers[0].blocked_values[0]")]
    [InlineData("""{"identifiers":[{"type":"a","blocked_patterns":["ok","("]}]}""", "identifiers[0].blocked_patterns[1]")]
    [InlineData("""{"blocked_patterns":["(a)\\1"]}""", "blocked_patterns[0]")]
    [InlineData("""{"blocked_patterns":["(?=a)b"]}""", "blocked_patterns[0]")]
    [InlineData("""{"blocked_values":[null]}""", "blocked_values[0]")]
    [InlineData("""{"strategy":"guess"}""", "strategy")]
    [InlineData("""{"default":5}""", "default")]
    [InlineData("""{"default":{"limit":0}}""", "default.limit")]
    [InlineData("""{"default":{"window":"hourly"}}""", "default.window")]
    [InlineData("""{"default":{"unique":true}}""", "default.unique")]
    [InlineData("""{"version":0}""", "version")]
    public void Read_OneThingIsWrong_NamesIt(string json, string path)
    {
        var error = Assert.Single(Errors(json));

        Assert.Equal(path, error.Field);
        Assert.NotEmpty(error.Description);
    }

    [Fact]
    public void Read_ManyThingsAreWrong_NamesAllOfThem()
    {
        var errors = Errors("""
            {"identifiers":[{"type":"a","limit":0,"window":"daily","what":1},{"type":"group_id"},{"type":"a","from":["x..y"],"blocked_patterns":["("]}],
             "strategy":"guess","blocked_values":[""],"extra":true}
            """);

        Assert.Equal(
            ["blocked_values[0]", "extra", "identifiers[0].limit", "identifiers[0].what", "identifiers[0].window", "identifiers[1].type", "identifiers[2].blocked_patterns[0]",
             "identifiers[2].from[0]", "identifiers[2].type", "strategy"],
            errors.Select(e => e.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_TooMuchOfAnything_IsRefused()
    {
        Assert.Equal("identifiers", Assert.Single(Errors($$"""{"identifiers":[{{string.Join(',', Enumerable.Range(0, 101).Select(i => $$"""{"type":"t{{i}}"}"""))}}]}""")).Field);
        Assert.Equal("identifiers[0].from", Assert.Single(Errors($$"""{"identifiers":[{"type":"a","from":[{{string.Join(',', Enumerable.Range(0, 21).Select(i => $"\"p.{i}\""))}}]}]}""")).Field);
        Assert.Equal("blocked_values", Assert.Single(Errors($$"""{"blocked_values":[{{string.Join(',', Enumerable.Range(0, 1001).Select(i => $"\"v{i}\""))}}]}""")).Field);
        Assert.Equal("blocked_values[0]", Assert.Single(Errors($$"""{"blocked_values":["{{new string('v', 513)}}"]}""")).Field);
        Assert.Equal("", Assert.Single(Errors($$"""{"blocked_values":["{{new string('v', 2_000_000)}}"]}""")).Field);
        var many = Errors($$"""{"identifiers":[{{string.Join(',', Enumerable.Repeat("5", 100))}}]}""");
        Assert.Equal((51, "and 50 more errors"), (many.Count, many[^1].Description));
    }

    [Fact]
    public void Read_WrongValues_AreNotRepeatedWhereTheyMayBePersonal()
    {
        var errors = Errors("""{"strategy":"ann@example.com","blocked_patterns":["ann@example.com("],"identifiers":[{"type":"phone","region":"+49 30 901820"}]}""");

        Assert.Equal(3, errors.Count);
        Assert.All(errors, e => Assert.DoesNotContain("901820", e.Description, StringComparison.Ordinal));
        Assert.All(errors, e => Assert.DoesNotContain("ann@", e.Description, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_VersionBesideTheDocument_MustBeTheSame()
    {
        Assert.Equal(3, RulesDocument.Read("{}", 3).MadeFrom);
        Assert.Equal(3, RulesDocument.Read("""{"version":3}""", 3).MadeFrom);
        Assert.Equal("version", Failure.FieldErrors(Assert.Throws<RpcException>(() => RulesDocument.Read("""{"version":3}""", 4)))[0].Field);
    }

    private static IdentifierRule Of(IdentityRules rules, string type) => rules.Identifiers.Single(r => r.Type == type);

    private static IReadOnlyList<FieldError> Errors(string json)
    {
        var failure = Assert.Throws<RpcException>(() => RulesDocument.Read(json, null));
        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
        return Failure.FieldErrors(failure);
    }
}
