using System.Text.Json;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Profile.Parsing;
using Cdp.Profile.Tests.Fakes;

namespace Cdp.Profile.Tests.Parsing;

public sealed class EventParserTests
{
    private static readonly FeedPosition Position = new() { Partition = 1, Offset = 7 };

    [Fact]
    public void Parse_Identify_TakesTraitsWithTheirJson()
    {
        var parsed = Parse(EventType.Identify, """{"traits":{"plan":"pro","age":41.5,"address":{"city":"Bonn"},"tags":["a"],"gone":null}}""");

        Assert.Equal(
            [("plan", "\"pro\""), ("age", "41.5"), ("address", """{"city":"Bonn"}"""), ("tags", """["a"]"""), ("gone", "")], parsed.Traits);
        Assert.Equal("""{"plan":"pro","age":41.5,"address":{"city":"Bonn"},"tags":["a"],"gone":null}""", parsed.Timeline.Properties.ToStringUtf8());
    }

    [Fact]
    public void Parse_Group_KeepsTheGroupsTraitsFromThePerson()
    {
        var parsed = EventParser.Parse(
            new Event { Type = EventType.Group, GroupId = "acme", UserId = "u", Body = Google.Protobuf.ByteString.CopyFromUtf8("""{"traits":{"name":"Acme","email":"a@acme.example"}}""") }, Position, FakeRules.Paths);

        Assert.Empty(parsed.Traits);
        Assert.Equal("acme", parsed.GroupId);
        Assert.Equal([("user_id", "u")], Identifiers(parsed));
    }

    [Fact]
    public void Parse_Context_GivesTraitsAndIdentifiers()
    {
        var parsed = Parse(EventType.Track, """
            {"event":"E","properties":{"email":"not-an-identifier@example.com"},
             "context":{"traits":{"email":"ann@example.com","phone":"+49 30 1"},
               "externalIds":[{"id":"crm-1","type":"crm_id","collection":"users","encoding":"none"},{"id":"acc","type":"account","collection":"accounts"},{"id":5,"type":"bad"},"text"],
               "device":{"type":"iOS","id":"d-1","advertisingId":"ad-1","adTrackingEnabled":true,"token":"push-1"},
               "integrations":{"Google Analytics":{"clientId":"ga-1"}}}}
            """, "ann", "anon");

        Assert.Equal(
            [("user_id", "ann"), ("anonymous_id", "anon"), ("email", "ann@example.com"), ("phone", "+49 30 1"), ("crm_id", "crm-1"), ("ios.id", "d-1"), ("ios.idfa", "ad-1"), ("ios.push_token", "push-1"), ("ga_client_id", "ga-1")],
            Identifiers(parsed));
        Assert.Equal(["email", "phone"], parsed.Traits.Select(t => t.Name));
    }

    [Fact]
    public void Parse_AdvertisingIdWithoutConsentToTracking_IsNoIdentifier()
    {
        var parsed = Parse(EventType.Track, """{"event":"E","context":{"device":{"type":"android","advertisingId":"ad-1","adTrackingEnabled":false}}}""");

        Assert.Empty(parsed.Identifiers);
    }

    [Theory]
    [InlineData(EventType.Track, "properties.card", """{"properties":{"card":"A-1"}}""", "A-1")]
    [InlineData(EventType.Track, "properties.card", """{"properties":{"card":4711}}""", "4711")]
    [InlineData(EventType.Track, "properties.loyalty.card", """{"properties":{"loyalty":{"tier":1,"card":"A-1"}}}""", "A-1")]
    [InlineData(EventType.Page, "properties.card", """{"properties":{"card":"A-1"}}""", "A-1")]
    [InlineData(EventType.Identify, "traits.company.id", """{"traits":{"company":{"id":"C"},"a":1}}""", "C")]
    [InlineData(EventType.Track, "context.traits.company.id", """{"context":{"traits":{"company":{"id":"C"}}}}""", "C")]
    [InlineData(EventType.Track, "context.app.installation", """{"context":{"app":{"name":"x","installation":"I"}}}""", "I")]
    [InlineData(EventType.Track, "context.device.id", """{"context":{"device":{"type":"tv","id":"D"}}}""", "D")]
    [InlineData(EventType.Track, "crm.contact", """{"crm":{"contact":"K"}}""", "K")]
    [InlineData(EventType.Track, "ticket", """{"ticket":"T"}""", "T")]
    public void Parse_PathOfTheRules_IsAnIdentifier(EventType type, string path, string body, string expected)
    {
        var parsed = Parse(type, body, paths: new IdentifierPaths(FakeRules.With(2, ("custom", [path]))));

        Assert.Equal([("custom", expected)], Identifiers(parsed));
    }

    [Theory]
    [InlineData(EventType.Track, "properties.card", """{"properties":{"card":1.5}}""")]
    [InlineData(EventType.Track, "properties.card", """{"properties":{"card":true}}""")]
    [InlineData(EventType.Track, "properties.card", """{"properties":{"card":["A-1"]}}""")]
    [InlineData(EventType.Track, "properties.card", """{"properties":{"card":{"id":"A-1"}}}""")]
    [InlineData(EventType.Track, "properties.card.id", """{"properties":{"card":"A-1"}}""")]
    [InlineData(EventType.Track, "properties.card", """{"properties":{"card":null,"other":"A-1"},"card":"A-1","context":{"properties":{"card":"A-1"}}}""")]
    [InlineData(EventType.Track, "traits.card", """{"traits":{"card":"A-1"}}""")]
    [InlineData(EventType.Group, "traits.card", """{"traits":{"card":"A-1"}}""")]
    public void Parse_NothingAtThePath_IsNoIdentifier(EventType type, string path, string body)
    {
        Assert.Empty(Parse(type, body, paths: new IdentifierPaths(FakeRules.With(2, ("custom", [path])))).Identifiers);
    }

    [Fact]
    public void Parse_TypesThatAreTurnedOff_AreLeftOut()
    {
        var rules = FakeRules.With(2, ("user_id", ["userId"]), ("anonymous_id", []), ("email", []), ("crm_id", []));

        var parsed = Parse(
            EventType.Identify,
            """{"traits":{"email":"a@x"},"context":{"externalIds":[{"type":"crm_id","id":"1"},{"type":"email","id":"b@x"},{"type":"new","id":"2"}]}}""",
            "ann", "anon", new IdentifierPaths(rules));

        Assert.Equal([("user_id", "ann"), ("new", "2")], Identifiers(parsed));
        Assert.Equal(["email"], parsed.Traits.Select(t => t.Name));
    }

    [Fact]
    public void Parse_Consent_TakesBooleansOnly()
    {
        var parsed = Parse(EventType.Track, """{"event":"E","context":{"consent":{"version":2,"categoryPreferences":{"ads":true,"mail":false,"odd":"yes"}}}}""");

        Assert.Equal([("ads", true), ("mail", false)], parsed.Consents);
    }

    [Fact]
    public void Parse_Alias_TakesThePreviousIdAsEitherKind()
    {
        var parsed = EventParser.Parse(new Event { Type = EventType.Alias, UserId = "new", PreviousId = "old", Body = Google.Protobuf.ByteString.CopyFromUtf8("{}") }, Position, FakeRules.Paths);

        Assert.Equal([("user_id", "new"), ("user_id", "old"), ("anonymous_id", "old")], Identifiers(parsed));
    }

    [Theory]
    [InlineData("""{"context":5,"properties":[1]}""")]
    [InlineData("""{"context":{"traits":"x","consent":true,"externalIds":{},"device":[],"integrations":null}}""")]
    [InlineData("""{"context":{"consent":{"categoryPreferences":[]},"integrations":{"Google Analytics":false}}}""")]
    public void Parse_FieldsOfOtherTypes_AreLeftOut(string body)
    {
        var parsed = Parse(EventType.Track, body, "u");

        Assert.Equal([("user_id", "u")], Identifiers(parsed));
        Assert.Empty(parsed.Traits);
        Assert.Empty(parsed.Consents);
    }

    [Fact]
    public void Parse_TooManyOrTooLargeTraits_KeepsWhatFits()
    {
        var traits = string.Join(',', Enumerable.Range(0, 1_500).Select(i => $"\"t{i}\":{i}").Prepend($"\"{new string('n', 201)}\":1").Prepend($"\"large\":\"{new string('x', 17_000)}\""));

        var parsed = Parse(EventType.Identify, $$$"""{"traits":{ {{{traits}}} }}""");

        Assert.Equal(1_000, parsed.Traits.Count);
        Assert.Equal("t0", parsed.Traits[0].Name);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"traits\":")]
    [InlineData("")]
    public void Parse_BodyIsNoObject_Throws(string body) => Assert.ThrowsAny<JsonException>(() => Parse(EventType.Track, body));

    private static ParsedEvent Parse(EventType type, string body, string user = "", string anonymous = "", IdentifierPaths? paths = null) =>
        EventParser.Parse(LogEvents.Make(type, body, user, anonymousId: anonymous), Position, paths ?? FakeRules.Paths);

    private static IEnumerable<(string, string)> Identifiers(ParsedEvent parsed) => parsed.Identifiers.Select(i => (i.Type, i.Value));
}
