using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cdp.EndToEnd.Tests.Client;

namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>Elasticsearch that takes no writes, or whose index somebody deletes, under load: searches are right again by themselves.</summary>
[Collection(nameof(FaultyEngines))]
public sealed class RefusingElasticsearchTests
{
    // Longer than the longest pause between two attempts.
    private static readonly TimeSpan Refusing = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Index_IsReadOnlyForAWhile_CatchesUpAfterwards() => await SurvivesAsync(
        11,
        http => ChangeAsync(http, "*-profiles/_settings", """{"index.blocks.write":true}"""),
        http => ChangeAsync(http, "*-profiles/_settings", """{"index.blocks.write":null}"""));

    // The disk is always fuller than this. Elasticsearch makes the index read-only, and lifts that by itself when there is room.
    [Fact]
    public async Task Disk_IsOverTheFloodStage_CatchesUpAfterwards() => await SurvivesAsync(
        12,
        async http =>
        {
            await ChangeAsync(http, "_cluster/settings", Watermarks("0.001%"));
            await UntilBlockedAsync(http);
        },
        http => ChangeAsync(http, "_cluster/settings", Watermarks("99.99%")));

    [Fact]
    public async Task Index_IsDeletedByHand_IsBuiltAgain() => await SurvivesAsync(
        13,
        async http =>
        {
            var aliases = (await http.GetFromJsonAsync<JsonObject>("*-profiles/_alias", Stop))!;
            using var response = await http.DeleteAsync(aliases.Single().Key, Stop);
            response.EnsureSuccessStatusCode();
        },
        _ => Task.CompletedTask);

    private static async Task SurvivesAsync(int seed, Func<HttpClient, Task> breakIt, Func<HttpClient, Task> mendIt)
    {
        LongRun.Require();
        await using var engines = await FaultyEngines.StartAsync(replicas: 1);
        using var http = new HttpClient { BaseAddress = new Uri(await engines.Elasticsearch.ConnectOwnAsync(Stop)) };
        await EngineFault.SurviveAsync(engines, seed, () => breakIt(http), Refusing, () => mendIt(http));

        var profiles = (await engines.Services.Client.GetAsync("/v1/pipeline"))["profiles"]!.GetValue<long>();
        await PlatformClient.UntilAsync(() => CountAsync(http), count => count == profiles, $"the index holds {profiles} profiles");
    }

    private static string Watermarks(string share) =>
        $$"""
        {"persistent": {
          "cluster.info.update.interval": "10s",
          "cluster.routing.allocation.disk": {
            "threshold_enabled": true,
            "watermark": {"low": "{{share}}", "high": "{{share}}", "flood_stage": "{{share}}"}
          }
        } }
        """;

    private static async Task UntilBlockedAsync(HttpClient http) => await PlatformClient.UntilAsync(
        async () => await http.GetStringAsync("*-profiles/_settings?flat_settings=true", Stop),
        settings => settings.Contains("\"index.blocks.read_only_allow_delete\":\"true\"", StringComparison.Ordinal),
        "the index is read-only");

    private static async Task ChangeAsync(HttpClient http, string path, string json)
    {
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var response = await http.PutAsync(path, content, Stop);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Stop));
    }

    private static async Task<long> CountAsync(HttpClient http)
    {
        using var response = await http.GetAsync("*-profiles/_count", Stop);
        return response.IsSuccessStatusCode ? (await response.Content.ReadFromJsonAsync<JsonObject>(Stop))!["count"]!.GetValue<long>() : -1;
    }
}
