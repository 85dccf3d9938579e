using Cdp.Bench.Measures;

if (args.Contains("--help"))
{
    Console.WriteLine("""
        Measures the standalone platform on this machine; prints Markdown.

        dotnet run -c Release --project bench/Cdp.Bench [-- accept|pipeline|latency ...]   default: these three
        dotnet run -c Release --project bench/Cdp.Bench -- resolve             identity, at 1,000,000 known identifiers
        dotnet run -c Release --project bench/Cdp.Bench -- search|forms --elasticsearch http://localhost:9200
        dotnet run -c Release --project bench/Cdp.Bench -- engines [--kafka localhost:9092] [--elasticsearch http://localhost:9200]
                    pipeline and latency on embedded stores, then on the engines that are named, in one run
          --quick   a tenth of the time and of the events
        """);
    return;
}
var quick = args.Contains("--quick");
string[] names = ["kafka", "elasticsearch"];
(string Name, string Value)[] engines = [.. names.Where(n => After($"--{n}") is not null).Select(n => ($"ConnectionStrings__{n}", After($"--{n}")!))];
var engine = After("--elasticsearch");
var chosen = args.Where(a => !a.StartsWith("--", StringComparison.Ordinal) && !engines.Any(e => e.Value == a)).ToHashSet();
string? After(string option) => args.SkipWhile(a => a != option).Skip(1).FirstOrDefault();
bool Runs(string measure) => chosen.Count == 0 || chosen.Contains(measure);

Console.WriteLine($"{Environment.ProcessorCount} cores shared by server and load; .NET {Environment.Version}; {DateTime.UtcNow:yyyy-MM-dd}");
Console.WriteLine();
if (Runs("accept"))
    await Accept.RunAsync(TimeSpan.FromSeconds(quick ? 2 : 10));
if (Runs("pipeline"))
    await PipelineAsync();
if (Runs("latency"))
    await LatencyAsync();
if (chosen.Contains("resolve"))
    await Resolve.RunAsync(quick ? 100_000 : 1_000_000, TimeSpan.FromSeconds(quick ? 1 : 5));
if (engines.Length > 0 && Runs("engines"))
{
    await PipelineAsync();
    await PipelineAsync([.. engines, .. OwnNames()]);
    await LatencyAsync();
    await LatencyAsync([.. engines, .. OwnNames()]);
}
if (engine is not null && Runs("forms"))
    await TraitForms.RunAsync(quick ? 20_000 : 200_000, engine);
if (engine is not null && Runs("search"))
    await Search.RunAsync(quick ? 20_000 : 200_000, engine);

Task PipelineAsync(params (string Name, string Value)[] on) => Pipeline.RunAsync(quick ? 50_000 : 500_000, people: quick ? 5_000 : 50_000, on);
Task LatencyAsync(params (string Name, string Value)[] on) => Latency.RunAsync(TimeSpan.FromSeconds(quick ? 5 : 30), eventsPerSecond: 2_000, on);

// Topics and indexes of each run are its own: a new platform reads a log from its beginning.
static (string Name, string Value)[] OwnNames() =>
    [("Cdp__Kafka__TopicPrefix", $"bench-{Guid.NewGuid():n}"), ("Cdp__Elasticsearch__IndexPrefix", $"bench-{Guid.NewGuid():n}")];
