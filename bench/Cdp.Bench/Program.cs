using Cdp.Bench.Measures;

if (args.Contains("--help"))
{
    Console.WriteLine("""
        Measures the standalone platform on this machine; prints Markdown.

        dotnet run -c Release --project bench/Cdp.Bench [-- accept|pipeline|latency ...]   default: these three
        dotnet run -c Release --project bench/Cdp.Bench -- search|forms --elasticsearch http://localhost:9200
          --quick   a tenth of the time and of the events
        """);
    return;
}
var quick = args.Contains("--quick");
var engine = args.SkipWhile(a => a != "--elasticsearch").Skip(1).FirstOrDefault();
var chosen = args.Where(a => !a.StartsWith("--", StringComparison.Ordinal) && a != engine).ToHashSet();
bool Runs(string measure) => chosen.Count == 0 || chosen.Contains(measure);

Console.WriteLine($"{Environment.ProcessorCount} cores shared by server and load; .NET {Environment.Version}; {DateTime.UtcNow:yyyy-MM-dd}");
Console.WriteLine();
if (Runs("accept"))
    await Accept.RunAsync(TimeSpan.FromSeconds(quick ? 2 : 10));
if (Runs("pipeline"))
    await Pipeline.RunAsync(quick ? 50_000 : 500_000, people: quick ? 5_000 : 50_000);
if (Runs("latency"))
    await Latency.RunAsync(TimeSpan.FromSeconds(quick ? 5 : 30), eventsPerSecond: 2_000);
if (engine is not null && Runs("forms"))
    await TraitForms.RunAsync(quick ? 20_000 : 200_000, engine);
if (engine is not null && Runs("search"))
    await Search.RunAsync(quick ? 20_000 : 200_000, engine);
