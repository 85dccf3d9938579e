using System.Diagnostics;
using Cdp.Bench.Load;

namespace Cdp.Bench.Measures;

/// <summary>(b) Events through the whole pipeline to membership, (d) profile reads, (e) memory.</summary>
internal static class Pipeline
{
    /// <summary>On embedded stores, or on the engines that <paramref name="engines"/> names.</summary>
    public static async Task RunAsync(int events, int people, params (string Name, string Value)[] engines)
    {
        Console.WriteLine($"## The whole pipeline, from HTTP to segment membership, on {On(engines)}");
        Console.WriteLine();
        await using var server = await Server.StartAsync(settings: engines);
        await CreateSegmentsAsync(server);
        // Code is compiled and caches are warm before the clock starts.
        await LoadRun.RunAsync(server.Endpoint, Server.WriteKey, 4, 100, TimeSpan.FromSeconds(60), people, maxEvents: events / 10);
        await server.DrainAsync();

        var clock = Stopwatch.StartNew();
        var sent = await LoadRun.RunAsync(server.Endpoint, Server.WriteKey, 4, 100, TimeSpan.FromMinutes(10), people, maxEvents: events);
        var accepted = clock.Elapsed;
        await server.DrainAsync();
        var seconds = clock.Elapsed.TotalSeconds;
        var members = (await server.GetAsync("/v1/segments/three-orders"))["size"]!.GetValue<long>();
        var (now, peak) = server.Memory();
        Console.WriteLine($"- {sent.Events:N0} events of {people:N0} people, 10 segments: **{sent.Events / seconds:N0} events/s** to membership " +
            $"(accepted in {accepted.TotalSeconds:F1} s, all evaluated after {seconds:F1} s); {members:N0} members of \"three orders\".");
        Console.WriteLine($"- Resident memory afterwards {now} MB, peak {peak} MB.");

        var reads = new List<double>();
        for (var i = 0; i < 5_000; i++)
        {
            var started = Stopwatch.GetTimestamp();
            _ = await server.Rest.GetByteArrayAsync($"/v1/profiles/user_id:user-{i * 7919L % people:d8}");
            reads.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        var sorted = reads.Skip(500).Order().ToArray();
        Console.WriteLine($"- Profile read over REST, one at a time: p50 {LoadRun.Percentile(sorted, 0.5):F2} ms, p99 {LoadRun.Percentile(sorted, 0.99):F2} ms.");
        Console.WriteLine();
    }

    internal static string On((string Name, string Value)[] engines) =>
        engines.Length == 0
            ? "embedded stores"
            : string.Join(" and ", engines.Where(e => e.Name.StartsWith("ConnectionStrings__", StringComparison.Ordinal)).Select(e => e.Name.Split("__")[^1]));

    internal static async Task CreateSegmentsAsync(Server server)
    {
        await server.CreateSegmentAsync("three-orders", """{"event":"Order Completed","count":{"op":"at_least","value":3}}""");
        for (var i = 1; i < 10; i++)
        {
            await server.CreateSegmentAsync($"spend-{i}", $$$"""
                {"event":"Order Completed","where":{"property":"revenue","op":"greater_than","value":{{{20 + (i * 8)}}}},"count":{"op":"at_least","value":{{{i}}}}}
                """);
        }
    }
}
