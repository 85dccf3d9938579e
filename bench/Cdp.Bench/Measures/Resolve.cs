using System.Diagnostics;
using Cdp.Bench.Load;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity;
using Cdp.Identity.Resolving;
using Cdp.Storage.Embedded.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Bench.Measures;

/// <summary>Resolving events to persons, at 1,000,000 known identifiers: the stage in this process, on its embedded store.</summary>
internal static class Resolve
{
    private const int IdentifiersEach = 4;
    private const int FillBatch = 5_000;

    public static async Task RunAsync(int identifiers, TimeSpan duration)
    {
        Console.WriteLine($"## Resolving at {identifiers:N0} known identifiers");
        Console.WriteLine();
        var directory = Directory.CreateTempSubdirectory("cdp-bench-").FullName;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Cdp:DataDirectory", directory), new("Cdp:Identity:CacheSize", $"{2 * identifiers}")]);
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddIdentity().UseEmbedded();
        using (var host = builder.Build())
        {
            var resolver = host.Services.GetRequiredService<Resolver>();
            var people = identifiers / IdentifiersEach;
            await FillAsync(resolver, people);
            Console.WriteLine("| events a batch | what comes | events/s | p50 ms | p99 ms |");
            Console.WriteLine("|---|---|---|---|---|");
            var next = people;
            foreach (var batch in new[] { 1, 100, 500 })
            {
                var random = new Random(batch);
                await MeasureAsync(resolver, batch, duration, "known people", () => Known(random.Next(people), random.Next(1, IdentifiersEach)));
                await MeasureAsync(resolver, batch, duration, "a tenth new", () => random.Next(10) == 0 ? Known(next++, 1) : Known(random.Next(people), random.Next(1, IdentifiersEach)));
            }
        }
        Directory.Delete(directory, recursive: true);
        Console.WriteLine();
    }

    private static async Task FillAsync(Resolver resolver, int people)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        foreach (var some in Enumerable.Range(0, people).SelectMany(p => Enumerable.Range(1, IdentifiersEach - 1).Select(i => Known(p, i))).Chunk(FillBatch))
            await resolver.ResolveAsync(new ResolveRequest { MergesAfter = long.MaxValue, Events = { some } }, CancellationToken.None);
        var seconds = clock.Elapsed.TotalSeconds;
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine($"- {people:N0} people with {IdentifiersEach} identifiers each, from {people * (IdentifiersEach - 1):N0} events: {people * (IdentifiersEach - 1) / seconds:N0} events/s.");
        Console.WriteLine($"- Memory: {bytes / 1048576.0 * 1_000_000 / (people * IdentifiersEach):N0} MB per million identifiers.");
        Console.WriteLine();
    }

    private static async Task MeasureAsync(Resolver resolver, int batch, TimeSpan duration, string what, Func<ResolveEvent> next)
    {
        var took = new List<double>();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < duration;)
        {
            var request = new ResolveRequest { MergesAfter = long.MaxValue };
            for (var i = 0; i < batch; i++)
                request.Events.Add(next());
            var started = Stopwatch.GetTimestamp();
            await resolver.ResolveAsync(request, CancellationToken.None);
            took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        double[] sorted = [.. took.Order()];
        Console.WriteLine($"| {batch} | {what} | {took.Count * batch / (took.Sum() / 1000):N0} | {LoadRun.Percentile(sorted, 0.5):F2} | {LoadRun.Percentile(sorted, 0.99):F2} |");
    }

    // An event of a person's n-th device or address, with the user id.
    private static ResolveEvent Known(int person, int nth) => new()
    {
        MessageId = "m",
        SourceId = "src_1",
        Timestamp = 1_700_000_000_000,
        Position = new FeedPosition(),
        Identifiers =
        {
            new Identifier { Type = "user_id", Value = $"user-{person:d8}" },
            nth == 1 ? new Identifier { Type = "email", Value = $"user-{person:d8}@example.com" } : new Identifier { Type = "anonymous_id", Value = $"device-{nth}-{person:d8}" },
        },
    };
}
