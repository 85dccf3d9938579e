using Cdp.Bench.Measures;

if (args.Contains("--help"))
{
    Console.WriteLine("""
        Measures the standalone platform on this machine; prints Markdown.

        dotnet run -c Release --project bench/Cdp.Bench [-- accept|pipeline|latency ...]   default: all three
          --quick   a tenth of the time and of the events
        """);
    return;
}
var quick = args.Contains("--quick");
var chosen = args.Where(a => !a.StartsWith("--", StringComparison.Ordinal)).ToHashSet();
bool Runs(string measure) => chosen.Count == 0 || chosen.Contains(measure);

Console.WriteLine($"{Environment.ProcessorCount} cores shared by server and load; .NET {Environment.Version}; {DateTime.UtcNow:yyyy-MM-dd}");
Console.WriteLine();
if (Runs("accept"))
    await Accept.RunAsync(TimeSpan.FromSeconds(quick ? 2 : 10));
if (Runs("pipeline"))
    await Pipeline.RunAsync(quick ? 50_000 : 500_000, people: quick ? 5_000 : 50_000);
if (Runs("latency"))
    await Latency.RunAsync(TimeSpan.FromSeconds(quick ? 5 : 30), eventsPerSecond: 2_000);
