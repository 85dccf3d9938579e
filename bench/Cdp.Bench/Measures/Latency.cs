using System.Diagnostics;
using System.Text.Json.Nodes;
using Cdp.Bench.Load;

namespace Cdp.Bench.Measures;

/// <summary>(c) From the answer to an event until its person is in the segment, under a steady 2,000 events/s.</summary>
internal static class Latency
{
    public static async Task RunAsync(TimeSpan duration, int eventsPerSecond, params (string Name, string Value)[] engines)
    {
        Console.WriteLine($"## From accept to membership at {eventsPerSecond:N0} events/s, on {Pipeline.On(engines)}");
        Console.WriteLine();
        await using var server = await Server.StartAsync(settings: engines);
        await Pipeline.CreateSegmentsAsync(server);
        await server.CreateSegmentAsync("probe", """{"event":"Probe"}""");
        var load = LoadRun.RunAsync(server.Endpoint, Server.WriteKey, 16, 1, duration + TimeSpan.FromSeconds(5), people: 20_000, eventsPerSecond: eventsPerSecond);
        await Task.Delay(TimeSpan.FromSeconds(5));

        var samples = new List<double>();
        using var tracking = new HttpClient { BaseAddress = server.Rest.BaseAddress };
        tracking.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Server.WriteKey + ":")));
        for (var probe = 0; !load.IsCompleted; probe++)
        {
            using var body = new StringContent($$"""{"userId":"probe-{{probe}}","event":"Probe","messageId":"probe-{{probe}}"}""");
            (await tracking.PostAsync("/v1/track", body)).EnsureSuccessStatusCode();
            var accepted = Stopwatch.GetTimestamp();
            while (!await IsMemberAsync(server, probe))
            {
                // Asked as often as the answers come: the resolution is one REST read.
            }
            samples.Add(Stopwatch.GetElapsedTime(accepted).TotalMilliseconds);
            await Task.Delay(10);
        }
        var result = await load;
        var sorted = samples.Order().ToArray();
        Console.WriteLine($"- {result.Events / result.Seconds:N0} events/s sent one by one over 16 connections; {sorted.Length} probes: " +
            $"p50 {LoadRun.Percentile(sorted, 0.5):F1} ms, **p99 {LoadRun.Percentile(sorted, 0.99):F1} ms**, worst {sorted[^1]:F1} ms (as seen by a REST client that polls).");
        Console.WriteLine();
    }

    private static async Task<bool> IsMemberAsync(Server server, int probe)
    {
        using var response = await server.Rest.GetAsync($"/v1/profiles/user_id:probe-{probe}");
        return response.IsSuccessStatusCode
            && JsonNode.Parse(await response.Content.ReadAsStringAsync())!["segments"]!.AsArray().Any(s => s!.GetValue<string>() == "probe");
    }
}
