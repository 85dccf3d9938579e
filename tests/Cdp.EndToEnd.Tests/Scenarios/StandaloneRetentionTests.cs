using System.Text.Json.Nodes;
using Cdp.EndToEnd.Tests.Client;
using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>Timelines that are kept for a time only.</summary>
public sealed class StandaloneRetentionTests : IAsyncLifetime
{
    private readonly StandalonePlatform _platform = new() { Settings = new Dictionary<string, string> { ["Cdp__Retention__Timeline"] = "30" } };

    private PlatformClient Client => _platform.Client;

    public async ValueTask InitializeAsync() => await _platform.InitializeAsync();

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    [Fact]
    public async Task Start_TimelineHasOldEvents_ForgetsThemAndAnswersAsBefore()
    {
        await Client.SendBatchAsync([Order("ann", 60), Order("ann", 2), Order("ann", 1), Order("bob", 60), Order("bob", 1)]);
        await Client.DrainAsync();
        await Client.CreateSegmentAsync("twice", """{"event":"Order Completed","count":{"op":"at_least","value":2}}""");
        Assert.Equal((1, 3), (await Client.SizeAsync("twice"), (await EventsAsync("ann")).Count));

        await _platform.KillAsync();
        await _platform.StartAsync();

        await PlatformClient.UntilAsync(async () => (await EventsAsync("ann")).Count, count => count == 2, "what is too old is forgotten");
        await PlatformClient.UntilAsync(async () => (await EventsAsync("bob")).Count, count => count == 1, "what is too old is forgotten");
        await Client.DrainAsync();
        Assert.Equal(1, await Client.SizeAsync("twice"));
        Assert.Single((await Client.GetAsync("/v1/segments/twice/history"))["changes"]!.AsArray());
        Assert.Equal(3, (await Client.GetAsync("/v1/profiles/user_id:ann"))["event_count"]!.GetValue<long>());
    }

    private static object Order(string user, int daysAgo) =>
        new { type = "track", userId = user, @event = "Order Completed", timestamp = DateTimeOffset.UtcNow.AddDays(-daysAgo).ToString("O") };

    private async Task<JsonArray> EventsAsync(string user) => (await Client.GetAsync($"/v1/profiles/user_id:{user}/events"))["events"]!.AsArray();
}
