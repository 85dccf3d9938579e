using System.Text.Json.Nodes;
using Cdp.EndToEnd.Tests.Client;
using Cdp.EndToEnd.Tests.Scenarios;

namespace Cdp.EndToEnd.Tests.Moving;

/// <summary>A platform in use: a file imported, people merged, one deleted, segments, deliveries, some of them blocked.</summary>
internal static class Household
{
    private static readonly string[] Views =
    [
        "/v1/segments", "/v1/segments/thrice/members?limit=1000", "/v1/segments/thrice/history?limit=1000", "/v1/segments/devices/members", "/v1/segments/devices/history",
        "/v1/profiles/user_id:ann", "/v1/profiles/user_id:ann/events?limit=1000", "/v1/profiles/user_id:ann/identifiers", "/v1/profiles/user_id:ann/consents",
        "/v1/profiles/user_id:ann/merges", "/v1/profiles/anonymous_id:phone-1", "/v1/profiles/user_id:0100", "/v1/profiles/user_id:0100/events",
        "/v1/destinations", "/v1/activations", "/v1/deliveries?limit=200", "/v1/sources", "/v1/imports", "/v1/api-keys", "/v1/consent/purposes", "/v1/regulations", "/v1/audit",
    ];

    public static async Task FillAsync(PlatformClient client, WebhookReceiver receiver)
    {
        await client.CreateSegmentAsync("thrice", """{"event":"Order Completed","count":{"op":"at_least","value":3}}""");
        await client.CreateSegmentAsync("devices", """{"event":"Video Watched","count":{"op":"at_least","value":4}}""");
        var destination = await client.PostAsync("/v1/destinations", new { name = "tool", type = "webhook", url = receiver.Url, consent_categories = new[] { "marketing" } });
        var id = (destination["id"] ?? destination["destination"]!["id"]!).GetValue<string>();
        await client.PostAsync("/v1/activations", new { segment_key = "devices", destination_id = id });
        await client.ImportAsync(PublicData.Find("cdnow_sample.txt"), CdnowMapping.Json);
        foreach (var device in new[] { "phone-1", "laptop-1" })
        {
            await WatchAsync(client, new { anonymousId = device }, 2);
            await client.SendAsync("/v1/identify", new { anonymousId = device, userId = "ann", traits = new { plan = "pro" }, context = Consent(true) });
        }
        await client.SendAsync("/v1/identify", new { userId = "bob", traits = new { plan = "free" }, context = Consent(false) });
        await WatchAsync(client, new { userId = "bob" }, 4);
        await client.SendAsync("/v1/identify", new { userId = "gone", traits = new { secret = "zzgonezz" } });
        await client.DrainAsync(deliveries: true);
        var regulation = await client.PostAsync("/v1/regulations", new { type = "delete", identifier = new { type = "user_id", value = "gone" } });
        await PlatformClient.UntilAsync(() => client.GetAsync($"/v1/regulations/{regulation["id"]}"), r => r["state"]!.GetValue<string>() == "finished", "the person is deleted");
        await client.DrainAsync(deliveries: true);
    }

    /// <summary>Somebody new enters the segment.</summary>
    public static async Task EnterAsync(PlatformClient client, string user)
    {
        await client.SendAsync("/v1/identify", new { userId = user, context = Consent(true) });
        await WatchAsync(client, new { userId = user }, 4);
        await client.DrainAsync(deliveries: true);
    }

    /// <summary>What the platform answers about all that.</summary>
    public static async Task<Dictionary<string, string>> ViewAsync(PlatformClient client)
    {
        await client.DrainAsync(deliveries: true);
        var views = new Dictionary<string, string> { ["profiles"] = (await client.GetAsync("/v1/pipeline"))["profiles"]!.ToJsonString() };
        foreach (var path in Views)
            views[path] = (await client.GetAsync(path)).ToJsonString();
        return views;
    }

    private static object Consent(bool marketing) => new { consent = new { categoryPreferences = new { marketing } } };

    private static async Task WatchAsync(PlatformClient client, object who, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var video = System.Text.Json.JsonSerializer.SerializeToNode(who)!.AsObject();
            video["event"] = "Video Watched";
            await client.SendAsync("/v1/track", (JsonNode)video);
        }
    }
}
