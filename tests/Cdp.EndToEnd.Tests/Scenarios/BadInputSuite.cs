using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Cdp.EndToEnd.Tests.Client;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>Bad input: a clear answer that names the field, the good rest kept, never a 500, never a stopped pipeline.</summary>
public abstract class BadInputSuite(IPlatform platform)
{
    private PlatformClient Client => platform.Client;

    public static TheoryData<string, string> WholeBodies => new()
    {
        { "malformed JSON", """{"userId":"x","event":""" },
        { "a list instead of an object", "[1,2,3]" },
        { "a batch that is no list", """{"batch":"no"}""" },
        { "invalid UTF-8", "\u00ff" },
        { "nothing", "" },
        { "oversize", $$"""{"batch":[{"type":"track","userId":"x","event":"{{new string('x', 600_000)}}"}]}""" },
        { "deep nesting", $$"""{"type":"track","userId":"x","event":"e","properties":{{string.Concat(Enumerable.Repeat("{\"a\":", 5000))}}1{{new string('}', 5000)}}}""" },
    };

    [Theory]
    [MemberData(nameof(WholeBodies))]
    public async Task Batch_BodyIsWrong_Answers400WithProblemDetails(string what, string body)
    {
        var bytes = what == "invalid UTF-8" ? [.. """{"batch":[{"type":"track","userId":"x","event":"a"""u8, 0xff, .. "\"}]}"u8] : Encoding.UTF8.GetBytes(body);

        var (status, answer) = await Client.TrySendAsync("/v1/batch", bytes);

        Assert.True(status == HttpStatusCode.BadRequest, $"{what}: {status} {answer}");
        var problem = JsonNode.Parse(answer)!;
        Assert.Equal(400, problem["status"]!.GetValue<int>());
        Assert.NotEmpty(problem["detail"]!.GetValue<string>());
        await AssertStillWorksAsync();
    }

    [Fact]
    public async Task Batch_SomeEventsAreWrong_KeepsTheRestAndShowsTheDiscards()
    {
        var id = Guid.NewGuid().ToString("N");
        var nested = new JsonObject();
        var inner = nested;
        for (var i = 0; i < 100; i++)
        {
            inner["a"] = new JsonObject();
            inner = inner["a"]!.AsObject();
        }
        await Client.SendAsync("/v1/batch", new
        {
            batch = new object[]
            {
                new { type = "track", userId = $"good-{id}", @event = "Kept" },
                new { type = "track", @event = "No one" },
                new { type = "track", userId = 17, @event = "Number" },
                new { type = "track", userId = $"good-{id}" },
                new { type = "track", userId = $"good-{id}", @event = "Wrong", properties = "text" },
                new { type = "identify", userId = $"good-{id}", traits = 5 },
                new { type = "track", userId = $"good-{id}", @event = "Large", properties = new { text = new string('x', 40_000) } },
                new { type = "bake", userId = $"good-{id}" },
                new { type = "track", userId = $"good-{id}", @event = "Kept", timestamp = "yesterday-ish" },
                new { type = "track", userId = $"good-{id}", @event = "Kept", timestamp = "9999-01-01T00:00:00Z" },
            },
        });
        await Client.DrainAsync();

        var events = (await Client.GetAsync($"/v1/profiles/user_id:good-{id}/events"))["events"]!.AsArray();
        Assert.Equal(3, events.Count(e => e!["name"]?.GetValue<string>() == "Kept"));
        Assert.Equal(3, events.Count);
        var source = (await Client.GetAsync("/v1/sources"))["sources"]![0]!["id"]!.GetValue<string>();
        var discards = await PlatformClient.UntilAsync(
            () => Client.GetAsync($"/v1/sources/{source}/discards"),
            d => d["discards"]!.AsArray().Any(x => x!["code"]!.GetValue<string>() == "properties_not_object"),
            "discards are shown");
        var codes = discards["discards"]!.AsArray().Select(x => x!["code"]!.GetValue<string>()).ToHashSet();
        Assert.Superset(new HashSet<string> { "no_user_anon_id", "id_not_string", "event_not_defined", "properties_not_object", "traits_not_object" }, codes);
    }

    [Fact]
    public async Task Track_UnknownWriteKey_Answers401()
    {
        using var stranger = new PlatformClient(Client.Url, "no-admin-key", "no-such-write-key");

        var (status, _) = await stranger.TrySendAsync("/v1/track", """{"userId":"x","event":"e"}"""u8.ToArray());

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal(HttpStatusCode.Unauthorized, await stranger.GetStatusAsync("/v1/segments"));
    }

    [Fact]
    public async Task Track_SameMessageIdManyTimes_CountsOnce()
    {
        var user = $"dup-{Guid.NewGuid():N}";
        var options = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), options, async (_, _) =>
            await Client.SendAsync("/v1/track", new { userId = user, @event = "Once", messageId = $"same-{user}" }));
        await Client.DrainAsync();

        Assert.Single((await Client.GetAsync($"/v1/profiles/user_id:{user}/events"))["events"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"trait":"plan","op":"resembles","value":"pro"}""", "condition.op")]
    [InlineData("""{"and":[{"trait":"plan","op":"equals","value":"pro"},{"event":"X","count":{"op":"at_least","value":"three"}}]}""", "condition.and[1].count.value")]
    [InlineData("""{"event":"X","within":"a while"}""", "condition.within")]
    [InlineData("""{"segment":"no-such-segment"}""", "condition.segment")]
    public async Task Segment_ConditionIsWrong_NamesThePlace(string condition, string field)
    {
        var (status, body) = await Client.TryPostAsync("/v1/segments", new { key = "wrong", condition = JsonNode.Parse(condition) });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(field, body!["errors"]!.AsArray().Select(e => e!["field"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Import_MappingNamesMissingColumns_NamesThemAll()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "customer,amount\nc-1,10\n", TestContext.Current.CancellationToken);
            var failure = await Assert.ThrowsAnyAsync<Exception>(() => Client.ImportAsync(file, """
                {"dataset":"d","format":"csv","has_header":true,"type":"track","event":{"constant":"E"},
                 "user_id":{"column":"client"},"properties":{"revenue":{"column":"total","as":"number"}}}
                """));
            Assert.Contains("400", failure.Message, StringComparison.Ordinal);
            Assert.Contains("user_id", failure.Message, StringComparison.Ordinal);
            Assert.Contains("properties.revenue", failure.Message, StringComparison.Ordinal);
            Assert.Contains("customer", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Rest_BodyHasUnknownField_NamesIt()
    {
        var (status, body) = await Client.TryPostAsync("/v1/segments", new { key = "x", conditions = new { } });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("conditions", body!.ToJsonString(), StringComparison.Ordinal);
    }

    private async Task AssertStillWorksAsync()
    {
        var user = $"after-{Guid.NewGuid():N}";
        await Client.SendAsync("/v1/track", new { userId = user, @event = "After" });
        await PlatformClient.UntilAsync(() => Client.GetStatusAsync($"/v1/profiles/user_id:{user}"), s => s == HttpStatusCode.OK, "the pipeline goes on");
    }
}
