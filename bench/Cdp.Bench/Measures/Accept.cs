using Cdp.Bench.Load;

namespace Cdp.Bench.Measures;

/// <summary>(a) Accepted events over HTTP, durable, beside the same server that parses and throws away.</summary>
internal static class Accept
{
    private static readonly (int Batch, int Connections)[] Shapes = [(100, 1), (100, 16), (100, 64), (1, 16), (1, 64)];

    public static async Task RunAsync(TimeSpan duration)
    {
        Console.WriteLine("## Accepting events over HTTP");
        Console.WriteLine();
        Console.WriteLine("| events a request × connections | durable events/s | parse only events/s | ratio | durable p50/p99 ms |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (batch, connections) in Shapes)
        {
            var (durable, parse) = (await RunAsync(batch, connections, duration, false), await RunAsync(batch, connections, duration, true));
            Console.WriteLine($"| {batch} × {connections} | {durable.Rate:N0} | {parse.Rate:N0} | {durable.Rate / parse.Rate:F2} | {durable.P50:F1}/{durable.P99:F1} |" +
                (durable.Refused + parse.Refused > 0 ? $" {durable.Refused}+{parse.Refused} refused" : ""));
        }
        Console.WriteLine();
    }

    // Accepting alone, in the collection service's own process: the stages behind the log are measured by the pipeline run.
    private static async Task<LoadResult> RunAsync(int batch, int connections, TimeSpan duration, bool parseOnly)
    {
        await using var server = await Server.StartAsync("Cdp.Collection.Host", ("Cdp__Collection__ParseOnly", parseOnly ? "true" : "false"));
        await LoadRun.RunAsync(server.Endpoint, Server.WriteKey, connections, batch, TimeSpan.FromSeconds(2), people: 10_000);
        return await LoadRun.RunAsync(server.Endpoint, Server.WriteKey, connections, batch, duration, people: 10_000);
    }
}
