using System.Net;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Rest.Tests.Fakes;
using Google.Protobuf;

namespace Cdp.Rest.Tests.Profiles;

public sealed class ProfileEndpointsTests
{
    private const long Time = 1_767_225_600_123;

    private static readonly ProfileDocument Ada = new()
    {
        Id = "p1",
        Identifiers = { new ProfileIdentifier { Identifier = new Identifier { Type = "user_id", Value = "ada" }, FirstSeen = Time, SourceId = "src" } },
        Traits =
        {
            new Trait { Name = "plan", Json = "\"pro\"", UpdatedAt = Time, SourceId = "src", MessageId = "m1" },
            new Trait { Name = "camelCase", Json = """{"a":[1,null]}""", UpdatedAt = Time },
        },
        Consents = { new ConsentPreference { Category = "marketing", Granted = true, UpdatedAt = Time } },
        CreatedAt = Time,
        UpdatedAt = Time,
        FirstSeen = Time,
        LastSeen = Time,
        EventCount = 3,
        Version = 2,
    };

    [Fact]
    public async Task Get_ById_AnswersTheProfileWithItsSegments()
    {
        await using var server = await StartAsync();

        var (_, body) = await server.SendAsync(HttpMethod.Get, "/v1/profiles/p1");

        Assert.Equal("p1", body!["id"]!.GetValue<string>());
        Assert.Equal("""{"plan":"pro","camelCase":{"a":[1,null]}}""", body["traits"]!.ToJsonString());
        Assert.Equal("""["loyal"]""", body["segments"]!.ToJsonString());
        Assert.Equal("""{"type":"user_id","value":"ada","first_seen":"2026-01-01T00:00:00.123Z","source_id":"src"}""", body["identifiers"]![0]!.ToJsonString());
        Assert.Equal("2026-01-01T00:00:00.123Z", body["created_at"]!.GetValue<string>());
        Assert.Equal(3, body["event_count"]!.GetValue<long>());
        Assert.True(body["consents"]![0]!["granted"]!.GetValue<bool>());
        Assert.Equal("p1", server.Stages.Requests<GetProfileRequest>().Single().Id);
    }

    [Theory]
    [InlineData("user_id:ada", "user_id", "ada")]
    [InlineData("custom:urn:x:1", "custom", "urn:x:1")]
    [InlineData("user_id:a%2Fb%20c", "user_id", "a/b c")]
    [InlineData("user_id:a%252Fb", "user_id", "a%2Fb")]
    [InlineData("user_id:%F0%9F%98%80%C3%A9%3F%23%25", "user_id", "😀é?#%")]
    [InlineData("email:ada+1@example.com", "email", "ada+1@example.com")]
    [InlineData("user_id:search", "user_id", "search")]
    public async Task Get_ByIdentifier_ReadsTheValueExactly(string path, string type, string value)
    {
        await using var server = await StartAsync();

        var (response, _) = await server.SendAsync(HttpMethod.Get, $"/v1/profiles/{path}?verbose=false");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(new Identifier { Type = type, Value = value }, server.Stages.Requests<GetProfileRequest>().Single().Identifier);
    }

    [Fact]
    public async Task Get_Verbose_TellsWhereTraitsCameFrom()
    {
        await using var server = await StartAsync();

        var (_, body) = await server.SendAsync(HttpMethod.Get, "/v1/profiles/p1?verbose=true");
        var (_, traits) = await server.SendAsync(HttpMethod.Get, "/v1/profiles/p1/traits");

        const string expected = """{"value":"pro","updated_at":"2026-01-01T00:00:00.123Z","source_id":"src","message_id":"m1"}""";
        Assert.Equal(expected, body!["traits"]!["plan"]!.ToJsonString());
        Assert.Equal(expected, traits!["traits"]!["plan"]!.ToJsonString());
    }

    [Fact]
    public async Task Events_ByIdentifier_AsksIdentityForTheProfile()
    {
        await using var server = await StartAsync(stages =>
        {
            stages.Answer<LookupRequest, Person>(_ => new Person { Id = "p1" });
            stages.Answer<ListEventsRequest, ListEventsResponse>(_ => new ListEventsResponse
            {
                Events = { new TimelineEvent { Type = "track", Name = "Order", Timestamp = Time, Properties = ByteString.CopyFromUtf8("""{"revenue":1.50}""") } },
                NextCursor = "next",
            });
        });

        var (_, body) = await server.SendAsync(HttpMethod.Get, "/v1/profiles/user_id:ada/events?limit=7&cursor=c");

        Assert.Equal(new ListEventsRequest { ProfileId = "p1", Limit = 7, Cursor = "c" }, server.Stages.Requests<ListEventsRequest>().Single());
        Assert.Equal("""{"revenue":1.50}""", body!["events"]![0]!["properties"]!.ToJsonString());
        Assert.Equal("next", body["next_cursor"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("identifiers", "identifiers")]
    [InlineData("consents", "consents")]
    [InlineData("segments", "segments")]
    [InlineData("merges", "merges")]
    [InlineData("links", "links")]
    public async Task Below_Profile_AnswersOneList(string path, string list)
    {
        await using var server = await StartAsync(stages =>
        {
            stages.Answer<LookupRequest, Person>(_ => new Person { Id = "p1" });
            stages.Answer<ListMergesRequest, ListMergesResponse>(_ => new ListMergesResponse { Merges = { new Merge { SurvivorId = "p1", AbsorbedId = "p2" } } });
            stages.Answer<ListLinksRequest, ListLinksResponse>(r => new ListLinksResponse { Links = { new PersonLink { Link = new Link(), AnonymousId = "p2", KnownId = r.ProfileId } } });
        });

        var (_, byId) = await server.SendAsync(HttpMethod.Get, $"/v1/profiles/p1/{path}");
        var (_, byIdentifier) = await server.SendAsync(HttpMethod.Get, $"/v1/profiles/user_id:ada/{path}");

        Assert.Single(byId![list]!.AsArray());
        Assert.Equal(byId.ToJsonString(), byIdentifier!.ToJsonString());
    }

    [Fact]
    public async Task Search_Condition_AnswersProfilesInOrderWithTotal()
    {
        await using var server = await StartAsync(stages =>
        {
            stages.Answer<SearchProfilesRequest, SearchProfilesResponse>(_ => new SearchProfilesResponse { ProfileIds = { "p1" }, Total = 41 });
            stages.Answer<GetProfilesRequest, GetProfilesResponse>(_ => new GetProfilesResponse { Profiles = { Ada } });
        });

        var (_, body) = await server.SendAsync(HttpMethod.Post, "/v1/profiles/search", """{"condition":{"trait":"plan","op":"exists"},"sort":"-plan","limit":1}""");

        Assert.Equal(
            new SearchProfilesRequest { Condition = """{"trait":"plan","op":"exists"}""", Sort = "-plan", Limit = 1 },
            server.Stages.Requests<SearchProfilesRequest>().Single());
        Assert.Equal(41, body!["total"]!.GetValue<long>());
        Assert.Equal("p1", body["profiles"]![0]!["id"]!.GetValue<string>());
        Assert.Null(body["next_cursor"]);
    }

    private static Task<RestServer> StartAsync(Action<ScriptedStages>? script = null) => RestServer.StartAsync(stages =>
    {
        stages.Answer<GetProfileRequest, ProfileDocument>(_ => Ada);
        stages.Answer<ListMembershipsRequest, ListMembershipsResponse>(_ =>
            new ListMembershipsResponse { Memberships = { new Membership { SegmentKey = "loyal", EnteredAt = Time } } });
        script?.Invoke(stages);
    });
}
