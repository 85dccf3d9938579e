using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cdp.EndToEnd.Tests.Client;
using Cdp.EndToEnd.Tests.Processes;
using Cdp.Engines;

namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>What callers are told while MongoDB is away: 503 with Retry-After, in time, whatever they ask for and whichever replica they meet.</summary>
[Collection(nameof(FaultyEngines))]
public sealed class MongoAwayTests
{
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(40);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Services_TwoReplicas_RefuseInTime()
    {
        LongRun.Require();
        await using var engines = await FaultyEngines.StartAsync(replicas: 2);

        await RefusesInTimeAsync(engines.Services.Client.Url, engines.Mongo);
    }

    [Fact]
    public async Task Standalone_RefusesInTime()
    {
        LongRun.Require();
        await using var mongo = new MongoEngine();
        using var directory = new TempDirectory();
        await using var standalone = await StartAsync(mongo, directory.Path, HostProcess.FreePorts(2));

        await RefusesInTimeAsync(standalone.Url, mongo);
    }

    [Fact]
    public async Task Standalone_AnotherOwnsItsStages_SaysSoAndTakesThemOver()
    {
        await using var mongo = new MongoEngine();
        using var directory = new TempDirectory();
        var ports = HostProcess.FreePorts(4);
        await using var first = await StartAsync(mongo, directory.Path, ports[..2]);
        // Killed, it gives nothing up: the second one waits until its beat has stood still for ten seconds.
        await first.KillAsync();

        await using var second = await StartAsync(mongo, directory.Path, ports[2..]);

        Assert.Contains($"cdp standalone waits: another process owns collection (at http://127.0.0.1:{ports[1]})", second.Output, StringComparison.Ordinal);
    }

    private static async Task RefusesInTimeAsync(Uri url, MongoEngine mongo)
    {
        using var http = new HttpClient { BaseAddress = url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", PlatformSettings.AdminKey);
        await CreateAsync(http, "before");
        await mongo.StopAsync(Stop);

        var asked = Stopwatch.StartNew();
        using (var change = await http.PostAsJsonAsync("/v1/segments", Segment("meanwhile"), Stop))
            await RequireRefusalAsync(change);
        Assert.InRange(asked.Elapsed, TimeSpan.Zero, InTime);
        // Each replica is met.
        for (var i = 0; i < 6; i++)
        {
            using var read = await http.GetAsync("/v1/segments/before/members", Stop);
            await RequireRefusalAsync(read);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"a change was refused after {asked.Elapsed.TotalSeconds:F1} s");

        await mongo.StartAsync(Stop);
        // Conflict: it was made at an attempt that was refused for its audit entry.
        await PlatformClient.UntilAsync(() => CreateAsync(http, "after"), status => status is HttpStatusCode.OK or HttpStatusCode.Conflict, "a segment is there");
    }

    private static async Task RequireRefusalAsync(HttpResponseMessage response)
    {
        Assert.True(response.StatusCode == HttpStatusCode.ServiceUnavailable, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Stop)}");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    private static async Task<HttpStatusCode> CreateAsync(HttpClient http, string key)
    {
        using var response = await http.PostAsJsonAsync("/v1/segments", Segment(key), Stop);
        return response.StatusCode;
    }

    private static object Segment(string key) => new { key, condition = JsonNode.Parse("""{"event":"Any"}""") };

    private static async Task<HostProcess> StartAsync(MongoEngine mongo, string directory, int[] ports)
    {
        var settings = PlatformSettings.For(directory);
        settings["ConnectionStrings__mongodb"] = await mongo.ConnectOwnAsync(Stop);
        settings["Cdp__GrpcUrls"] = $"http://127.0.0.1:{ports[1]}";
        return await HostProcess.StartAsync("Cdp.Standalone", ports[0], settings);
    }

    private sealed class TempDirectory : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("cdp-mongo-away-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
