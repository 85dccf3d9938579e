using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Cdp.EndToEnd.Tests.Client;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>
/// Real input through the whole platform, the same in every shape in which it runs. Tests share one platform: each has
/// people and event names of its own.
/// </summary>
public abstract class RealInputSuite(IPlatform platform)
{
    protected PlatformClient Client => platform.Client;

    [Fact]
    public async Task Import_CdnowTwice_CountsAsPublishedAndChangesNothingTheSecondTime()
    {
        var file = PublicData.Find("cdnow_sample.txt");
        (string Key, string Condition, long Size)[] segments =
        [
            ("cdnow-2", """{"event":"Order Completed","count":{"op":"at_least","value":2}}""", 1152),
            ("cdnow-3", """{"event":"Order Completed","count":{"op":"at_least","value":3}}""", 746),
            ("cdnow-april", """{"event":"Order Completed","from":"1998-04-01"}""", 300),
            ("cdnow-2-above-50", """{"event":"Order Completed","where":{"property":"revenue","op":"greater_than","value":50},"count":{"op":"at_least","value":2}}""", 244),
            ("cdnow-1-above-50", """
                {"and":[{"event":"Order Completed","count":{"op":"exactly","value":1}},
                        {"event":"Order Completed","where":{"property":"revenue","op":"greater_than","value":50},"count":{"op":"exactly","value":1}}]}
                """, 165),
        ];
        // Half of the segments exist before the data comes, half are made over it.
        foreach (var (key, condition, _) in segments.Take(3))
            await Client.CreateSegmentAsync(key, condition);

        var first = await Client.ImportAsync(file, CdnowMapping.Json);
        await Client.DrainAsync();
        foreach (var (key, condition, _) in segments.Skip(3))
            await Client.CreateSegmentAsync(key, condition);

        Assert.Equal("finished", first["state"]!.GetValue<string>());
        Assert.Equal(6919, first["accepted"]!.GetValue<long>());
        await AssertCountsAsync(segments);

        var second = await Client.ImportAsync(file, CdnowMapping.Json);
        await Client.DrainAsync();

        Assert.Equal(0, second["accepted"]!.GetValue<long>());
        Assert.Equal(6919, second["duplicates"]!.GetValue<long>());
        await AssertCountsAsync(segments);
    }

    [Fact]
    public async Task Login_OnTwoDevices_MakesOnePersonOneEntryOneWebhook()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await Client.CreateSegmentAsync("two-devices", """{"event":"Video Watched","count":{"op":"at_least","value":4}}""");
        await ActivateAsync("two-devices", receiver);

        foreach (var device in new[] { "phone-1", "laptop-1" })
        {
            await Client.SendAsync("/v1/track", new { anonymousId = device, @event = "Video Watched" });
            await Client.SendAsync("/v1/track", new { anonymousId = device, @event = "Video Watched" });
        }
        await Client.SendAsync("/v1/identify", new { anonymousId = "phone-1", userId = "ann", traits = new { plan = "pro" } });
        await Client.SendAsync("/v1/identify", new { anonymousId = "laptop-1", userId = "ann", traits = new { email = "ann@example.com" } });
        await Client.DrainAsync(deliveries: true);

        var ids = new HashSet<string>();
        foreach (var identifier in new[] { "user_id:ann", "anonymous_id:phone-1", "anonymous_id:laptop-1", "email:ann@example.com" })
            ids.Add((await Client.GetAsync($"/v1/profiles/{identifier}"))["id"]!.GetValue<string>());
        Assert.Single(ids);
        var profile = await Client.GetAsync("/v1/profiles/user_id:ann");
        Assert.Equal("pro", profile["traits"]!["plan"]!.GetValue<string>());
        Assert.Contains("two-devices", profile["segments"]!.AsArray().Select(s => s!.GetValue<string>()));
        var events = await Client.GetAsync("/v1/profiles/user_id:ann/events");
        Assert.Equal(4, events["events"]!.AsArray().Count(e => e!["type"]!.GetValue<string>() == "track"));
        var history = await Client.GetAsync("/v1/segments/two-devices/history");
        Assert.Single(AsArray(history));
        var webhook = Assert.Single(receiver.Received);
        Assert.Equal("segment.entered", webhook.Body["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task DryRun_OtherRules_TellsWhomTheyWouldMergeAndChangesNothing()
    {
        foreach (var user in new[] { "dry-ann", "dry-bob" })
            await Client.SendAsync("/v1/identify", new { userId = user, messageId = $"{user}-1", traits = new { member = "m-77" } });
        await Client.DrainAsync();
        var before = await Client.GetAsync("/v1/identity/rules");

        var started = await Client.PostAsync(
            "/v1/identity/rules/dry-runs", new { identifiers = new object[] { new { type = "member", from = new[] { "traits.member" } }, new { type = "user_id", limit = 9 } } });
        var run = await PlatformClient.UntilAsync(
            () => Client.GetAsync($"/v1/identity/rules/dry-runs/{started["id"]}"), r => r["state"]!.GetValue<string>() != "running", "the dry run to end");

        Assert.True(run["state"]!.GetValue<string>() == "done", run.ToJsonString());
        Assert.Equal(run["events_total"]!.GetValue<long>(), run["events_read"]!.GetValue<long>());
        string[] ids = [.. await Task.WhenAll(new[] { "dry-ann", "dry-bob" }.Select(async u => (await Client.GetAsync($"/v1/profiles/user_id:{u}"))["id"]!.GetValue<string>()))];
        var merge = Assert.Single(run["found"]!["merges"]!.AsArray(), m => m!["profile_ids"]!.AsArray().Any(id => id!.GetValue<string>() == ids[0]))!;
        Assert.Equal(ids.Order(), merge["profile_ids"]!.AsArray().Select(id => id!.GetValue<string>()).Order());
        Assert.Equal(["dry-ann-1", "dry-bob-1"], merge["chain"]!.AsArray().Select(c => c!["message_id"]!.GetValue<string>()).Order());
        Assert.NotEqual(ids[0], ids[1]);
        Assert.True(JsonNode.DeepEquals(before, await Client.GetAsync("/v1/identity/rules")));
        var wrong = await Client.TryPostAsync("/v1/identity/rules/dry-runs", new { strategy = "guess" });
        Assert.Equal((HttpStatusCode.BadRequest, "strategy"), (wrong.Status, wrong.Body!["errors"]![0]!["field"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Unmerge_WrongMerge_LeavesBothAsIfTheyHadNeverBeenOne()
    {
        await Client.CreateSegmentAsync("unmerge-readers", """{"event":"Article Read","count":{"op":"at_least","value":3}}""");
        // The same people twice: of "wrong" a kiosk makes one person, of "right" it never does.
        foreach (var kind in new[] { "wrong", "right" })
        {
            await Client.SendAsync("/v1/identify", new { userId = $"{kind}-bea", traits = new { plan = "pro", city = "Bern" } });
            await Client.SendAsync("/v1/track", new { userId = $"{kind}-bea", @event = "Article Read" });
            await Client.SendAsync("/v1/track", new { userId = $"{kind}-bea", @event = "Article Read" });
            await Client.SendAsync("/v1/identify", new { anonymousId = $"{kind}-kiosk", traits = new { city = "Basel", lang = "de" } });
            await Client.SendAsync("/v1/track", new { anonymousId = $"{kind}-kiosk", @event = "Article Read" });
            await Client.SendAsync("/v1/track", new { userId = $"{kind}-bea", anonymousId = kind == "wrong" ? "wrong-kiosk" : null, @event = "Kiosk Used" });
            await Client.SendAsync("/v1/identify", new { anonymousId = $"{kind}-kiosk", traits = new { city = "Chur" } });
        }
        await Client.DrainAsync();
        var merged = await Client.GetAsync("/v1/profiles/anonymous_id:wrong-kiosk");
        Assert.Contains("unmerge-readers", Segments(merged));
        var explained = await Client.GetAsync("/v1/identity/explain?a=user_id:wrong-bea&b=anonymous_id:wrong-kiosk");
        Assert.True(explained["connected"]!.GetValue<bool>());
        Assert.Single(explained["chain"]!.AsArray());
        var merge = Assert.Single((await Client.GetAsync("/v1/profiles/user_id:wrong-bea/merges"))["merges"]!.AsArray());

        var answer = await Client.PostAsync("/v1/identity/unmerge", new { merge = merge!["sequence"]!.GetValue<long>() });
        await Client.DrainAsync();

        Assert.Equal(2, answer["profiles"]!.AsArray().Count);
        var audit = (await Client.GetAsync("/v1/audit"))["entries"]!.AsArray();
        Assert.Contains(audit, e => e!["action"]!.GetValue<string>() == "identity.unmerge" && e["target"]!.GetValue<string>() == answer["split"]!.ToJsonString());
        foreach (var id in new[] { "user_id:{0}-bea", "anonymous_id:{0}-kiosk" })
        {
            var (wrong, right) = (await ReadAsync(id, "wrong"), await ReadAsync(id, "right"));
            Assert.Equal(right, wrong);
            Assert.DoesNotContain("unmerge-readers", wrong, StringComparison.Ordinal);
        }
        Assert.Equal(0, await Client.SizeAsync("unmerge-readers"));
        explained = await Client.GetAsync("/v1/identity/explain?a=user_id:wrong-bea&b=anonymous_id:wrong-kiosk");
        Assert.Equal(answer["split"]!.GetValue<long>(), explained["split"]!.GetValue<long>());
        // The same evidence does not merge them again, and what was undone is undone.
        await Client.SendAsync("/v1/track", new { userId = "wrong-bea", anonymousId = "wrong-kiosk", @event = "Article Read" });
        await Client.DrainAsync();
        Assert.Equal(["unmerge-readers"], Segments(await Client.GetAsync("/v1/profiles/user_id:wrong-bea")));
        Assert.Empty(Segments(await Client.GetAsync("/v1/profiles/anonymous_id:wrong-kiosk")));
        var again = await Client.TryPostAsync("/v1/identity/unmerge", new { merge = merge["sequence"]!.GetValue<long>() });
        Assert.Equal(HttpStatusCode.Conflict, again.Status);
        Assert.Contains("was undone already", again.Body!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one-request")]
    [InlineData("back-to-back")]
    [InlineData("eight-connections")]
    public async Task Orders_ThreeEachOf200People_AllEnterOnce(string way)
    {
        var name = $"Order Placed {way}";
        await Client.CreateSegmentAsync($"three-{way}", $$$"""{"event":"{{{name}}}","count":{"op":"at_least","value":3}}""");
        var orders = Enumerable.Range(0, 3)
            .SelectMany(order => Enumerable.Range(0, 200).Select(person => new
            {
                type = "track",
                userId = $"{way}-{person}",
                @event = name,
                messageId = $"{way}-{person}-{order}",
                properties = new { revenue = 10 + order },
            }))
            .ToArray();

        switch (way)
        {
            case "one-request":
                await Client.SendBatchAsync(orders);
                break;
            case "back-to-back":
                foreach (var order in orders)
                    await Client.SendAsync("/v1/track", order);
                break;
            default:
                var options = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken };
                await Parallel.ForEachAsync(orders, options, async (order, _) => await Client.SendAsync("/v1/track", order));
                break;
        }
        await Client.DrainAsync();

        Assert.Equal(200, await Client.SizeAsync($"three-{way}"));
        var history = AsArray(await Client.GetAsync($"/v1/segments/three-{way}/history?limit=1000"));
        Assert.Equal(200, history.Count);
        Assert.Equal(200, history.Select(h => h!["profile_id"]!.GetValue<string>()).Distinct().Count());
    }

    [Fact]
    public async Task Updates_80OfOneProfileOver8Connections_All80Counted()
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, 80), options, async (i, _) => await Client.SendAsync("/v1/track", new
        {
            userId = "busy",
            @event = "Counter Increased",
            messageId = $"busy-{i}",
            context = new { traits = new Dictionary<string, object> { [$"t{i}"] = i } },
        }));
        await Client.DrainAsync();

        Assert.Equal(1, await Client.CountAsync("""{"event":"Counter Increased","count":{"op":"exactly","value":80}}"""));
        var profile = await Client.GetAsync("/v1/profiles/user_id:busy");
        Assert.Equal(80, profile["traits"]!.AsObject().Count);
    }

    protected async Task ActivateAsync(string segment, WebhookReceiver receiver)
    {
        var destination = await Client.PostAsync("/v1/destinations", new { name = segment, type = "webhook", url = receiver.Url });
        var id = destination["id"] ?? destination["destination"]!["id"]!;
        await Client.PostAsync("/v1/activations", new { segment_key = segment, destination_id = id.GetValue<string>() });
    }

    private static JsonArray AsArray(JsonNode page, string? name = null) =>
        name is null ? page.AsObject().Select(p => p.Value).OfType<JsonArray>().Single() : page[name]!.AsArray();

    private async Task AssertCountsAsync((string Key, string Condition, long Size)[] segments)
    {
        Assert.Equal(2357, await Client.CountAsync("""{"event":"Order Completed"}"""));
        foreach (var (key, condition, size) in segments)
        {
            Assert.Equal(size, await Client.SizeAsync(key));
            Assert.Equal(size, await Client.CountAsync(condition));
        }
    }

    private static IEnumerable<string> Segments(JsonNode profile) => profile["segments"]!.AsArray().Select(s => s!.GetValue<string>());

    // A profile with its timeline, without what differs from one person to the next.
    private async Task<string> ReadAsync(string reference, string kind)
    {
        var name = string.Format(CultureInfo.InvariantCulture, reference, kind);
        var profile = await Client.GetAsync($"/v1/profiles/{name}");
        var events = (await Client.GetAsync($"/v1/profiles/{name}/events"))["events"]!.AsArray();
        var identifiers = profile["identifiers"]!.AsArray().Select(i => $"{i!["type"]}:{i["value"]}");
        return string.Join('|', identifiers.Append(profile["traits"]!.ToJsonString()).Concat(Segments(profile)).Concat(events.Select(e => $"{e!["type"]} {e["name"]}")))
            .Replace(kind, "kind", StringComparison.Ordinal);
    }
}
