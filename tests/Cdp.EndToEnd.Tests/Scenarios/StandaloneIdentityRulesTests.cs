using System.Net;
using System.Text.Json.Nodes;
using Cdp.EndToEnd.Tests.Client;
using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>Identity rules over REST. They are the platform's, so that these tests have one of their own.</summary>
public sealed class StandaloneIdentityRulesTests(StandalonePlatform platform) : IClassFixture<StandalonePlatform>
{
    private const string Rules = "/v1/identity/rules";

    private PlatformClient Client => platform.Client;

    [Fact]
    public async Task Put_CustomIdentifier_TiesEventsFromThenOn()
    {
        await Client.SendAsync("/v1/track", new { userId = "rules-early", @event = "Bought", properties = new { loyalty_card = "L-0" } });
        await Client.DrainAsync();
        var rules = await Client.GetAsync(Rules);
        rules["identifiers"]!.AsArray().Add(JsonNode.Parse("""{"type":"loyalty_card","from":["properties.loyalty_card"],"normalise":["trim","uppercase"],"priority":3}"""));
        var (status, stored) = await Client.TryPutAsync(Rules, rules);
        Assert.True(status == HttpStatusCode.OK, stored?.ToJsonString());

        await Client.SendAsync("/v1/track", new { anonymousId = "rules-shop", @event = "Bought", properties = new { loyalty_card = "l-1" } });
        await Client.SendAsync("/v1/track", new { userId = "rules-ann", @event = "Opened" });
        await Client.DrainAsync();
        Assert.NotEqual(await IdAsync("anonymous_id:rules-shop"), await IdAsync("user_id:rules-ann"));
        await Client.SendAsync("/v1/track", new { userId = "rules-ann", @event = "Bought", properties = new { loyalty_card = " L-1 " } });
        await Client.DrainAsync();

        Assert.Equal(await IdAsync("anonymous_id:rules-shop"), await IdAsync("user_id:rules-ann"));
        Assert.Equal(await IdAsync("loyalty_card:l-1"), await IdAsync("user_id:rules-ann"));
        Assert.Equal(HttpStatusCode.NotFound, await Client.GetStatusAsync("/v1/profiles/loyalty_card:L-0"));
        // The rules that are in force, sent back as they were given, are no change; those before them are a conflict.
        var (_, same) = await Client.TryPutAsync(Rules, await Client.GetAsync(Rules));
        Assert.True(JsonNode.DeepEquals(stored, same));
        rules["default"] = new JsonObject { ["limit"] = 9 };
        Assert.Equal(HttpStatusCode.Conflict, (await Client.TryPutAsync(Rules, rules)).Status);
        var version = stored!["version"]!.GetValue<long>();
        var versions = await Client.GetAsync($"{Rules}/versions");
        Assert.Equal(version, versions["versions"]![0]!["version"]!.GetValue<long>());
        Assert.DoesNotContain("loyalty_card", (await Client.GetAsync($"{Rules}/versions/{version - 1}")).ToJsonString(), StringComparison.Ordinal);
        var audit = await Client.GetAsync("/v1/audit");
        Assert.Contains(audit["entries"]!.AsArray(), e => e!["action"]!.GetValue<string>() == "identity_rules.update" && e["target"]!.GetValue<string>() == $"{version}");
    }

    [Fact]
    public async Task Put_WrongDocument_NamesEveryErrorAndChangesNothing()
    {
        var before = await Client.GetAsync(Rules);

        var (status, problem) = await Client.TryPutAsync(
            Rules, JsonNode.Parse("""{"identifiers":[{"type":"group_id"},{"type":"a","limit":0,"windows":"ever"},{"type":"a","blocked_patterns":["("]}],"strategy":"guess"}""")!);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(
            ["identifiers[0].type", "identifiers[1].limit", "identifiers[1].windows", "identifiers[2].blocked_patterns[0]", "identifiers[2].type", "strategy"],
            problem!["errors"]!.AsArray().Select(e => e!["field"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.True(JsonNode.DeepEquals(before, await Client.GetAsync(Rules)));
    }

    [Fact]
    public async Task Put_ThenKilled_TheRulesAreInForceAfterTheStart()
    {
        var rules = await Client.GetAsync(Rules);
        rules["blocked_values"]!.AsArray().Add("shared@example.com");
        var (_, stored) = await Client.TryPutAsync(Rules, rules);

        await platform.KillAsync();
        await platform.StartAsync();

        Assert.True(JsonNode.DeepEquals(stored, await Client.GetAsync(Rules)));
    }

    [Fact]
    public async Task Put_StrategyLink_KeepsALoginApartAndTellsTheAnonymousProfile()
    {
        var before = await Client.GetAsync(Rules);
        var linking = before.DeepClone();
        linking["strategy"] = "link";
        Assert.Equal("strategy", (await Client.TryPutAsync(Rules, linking)).Body!["errors"]![0]!["field"]!.GetValue<string>());
        linking["identifiers"]!.AsArray().Single(i => i!["type"]!.GetValue<string>() == "user_id")!["unique"] = true;
        Assert.Equal(HttpStatusCode.OK, (await Client.TryPutAsync(Rules, linking)).Status);

        await Client.SendAsync("/v1/page", new { anonymousId = "link-visitor", name = "Home" });
        await Client.SendAsync("/v1/identify", new { userId = "link-ann", anonymousId = "link-visitor", messageId = "link-login", traits = new { plan = "pro" } });
        await Client.DrainAsync();

        var (visitor, ann) = (await IdAsync("anonymous_id:link-visitor"), await IdAsync("user_id:link-ann"));
        Assert.NotEqual(visitor, ann);
        var link = Assert.Single((await Client.GetAsync("/v1/profiles/user_id:link-ann/links"))["links"]!.AsArray())!;
        Assert.Equal((visitor, ann, "link-login"), (link["anonymous_id"]!.GetValue<string>(), link["known_id"]!.GetValue<string>(), link["message_id"]!.GetValue<string>()));
        var why = await Client.GetAsync("/v1/identity/explain?a=user_id:link-ann&b=anonymous_id:link-visitor");
        Assert.Equal("link", why["graph"]!["edges"]![0]!["rule"]!.GetValue<string>());

        before.AsObject().Remove("version");
        Assert.Equal(HttpStatusCode.OK, (await Client.TryPutAsync(Rules, before)).Status);
    }

    private async Task<string> IdAsync(string identifier) => (await Client.GetAsync($"/v1/profiles/{identifier}"))["id"]!.GetValue<string>();
}
