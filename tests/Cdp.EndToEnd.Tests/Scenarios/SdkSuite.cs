using System.Text.Json.Nodes;
using Cdp.EndToEnd.Tests.Client;
using Cdp.EndToEnd.Tests.Sdks;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>Published SDKs, unchanged, pointed at the platform.</summary>
public abstract class SdkSuite(IPlatform platform, SdkPackages packages)
{
    private PlatformClient Client => platform.Client;

    [Fact]
    public async Task SegmentNode_EveryCall_ArrivesAndMergesIntoTheRightPeople()
    {
        var output = await packages.RunAsync("send-segment.mjs", Client.Url, Client.WriteKey);
        await Client.DrainAsync();

        Assert.Contains("flushed", output, StringComparison.Ordinal);
        var ada = await Client.GetAsync("/v1/profiles/user_id:sdk-ada");
        Assert.Equal("ada@sdk.example", ada["traits"]!["email"]!.GetValue<string>());
        Assert.Equal(Id(ada), Id(await Client.GetAsync("/v1/profiles/anonymous_id:sdk-device-1")));
        Assert.Equal(Id(ada), Id(await Client.GetAsync("/v1/profiles/user_id:sdk-ada-old")));
        await AssertTypesAsync("sdk-ada", ("identify", 2), ("track", 21), ("page", 1), ("screen", 1), ("group", 1), ("alias", 1));
        Assert.NotEqual(Id(ada), Id(await Client.GetAsync("/v1/profiles/user_id:sdk-bob")));
    }

    [Fact]
    public async Task RudderStackNode_EveryCall_Arrives()
    {
        var output = await packages.RunAsync("send-rudderstack.mjs", Client.Url, Client.WriteKey);
        await Client.DrainAsync();

        Assert.Contains("flushed", output, StringComparison.Ordinal);
        var eve = await Client.GetAsync("/v1/profiles/anonymous_id:rudder-device-1");
        Assert.Equal("eve@rudder.example", eve["traits"]!["email"]!.GetValue<string>());
        await AssertTypesAsync("rudder-eve", ("track", 1), ("identify", 1), ("page", 1), ("group", 1));
    }

    [Theory]
    [InlineData("segment.html")]
    [InlineData("rudderstack.html")]
    public async Task Browser_VisitThatEndsInAnOrder_IsOnePersonWithAllOfIt(string page)
    {
        var user = $"browser-{Path.GetFileNameWithoutExtension(page)}";
        await using var shop = await BrowserShop.OpenAsync(await packages.DirectoryAsync());
        await shop.VisitAsync(page, Client.Url, Client.WriteKey, user);
        await PlatformClient.UntilAsync(() => TypesAsync(user), types => types.Values.Sum() >= 4, $"the visit has arrived; the browser said: {shop.Log}");

        await AssertTypesAsync(user, ("page", 1), ("track", 2), ("identify", 1));
        var profile = await Client.GetAsync($"/v1/profiles/user_id:{user}");
        Assert.Equal($"{user}@browser.example", profile["traits"]!["email"]!.GetValue<string>());
        Assert.Contains(profile["identifiers"]!.AsArray(), i => i!["type"]!.GetValue<string>() == "anonymous_id");
    }

    private static string Id(JsonNode profile) => profile["id"]!.GetValue<string>();

    private async Task<Dictionary<string, int>> TypesAsync(string user)
    {
        var path = $"/v1/profiles/user_id:{user}";
        return await Client.GetStatusAsync(path) == System.Net.HttpStatusCode.OK
            ? (await Client.GetAsync($"{path}/events?limit=200"))["events"]!.AsArray()
                .GroupBy(e => e!["type"]!.GetValue<string>()).ToDictionary(g => g.Key, g => g.Count())
            : [];
    }

    private async Task AssertTypesAsync(string user, params (string Type, int Count)[] expected) =>
        Assert.Equal(expected.Order(), (await TypesAsync(user)).Select(t => (t.Key, t.Value)).Order());
}
