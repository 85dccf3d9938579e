using System.Diagnostics;
using System.Text.Json.Nodes;
using Cdp.Bench.Load;
using Cdp.Contracts.SegmentSearch.V1;

namespace Cdp.Bench.Measures;

/// <summary>Counts, previews and pages of 200,000 people: the search in memory beside the one with an engine.</summary>
internal static class Search
{
    private const int Repetitions = 30;
    private const string Prefix = "cdp-bench";

    private static readonly (string What, string Condition, string Sort)[] Questions =
    [
        ("preview: a trait equals", """{"trait":"plan","op":"equals","value":"pro"}""", ""),
        ("preview: a number in a range", """{"trait":"lifetime_value","op":"between","value":[1000,2500]}""", ""),
        ("preview: an email contains", """{"trait":"email","op":"contains","value":"@shop42."}""", ""),
        ("preview: a date in the last 30 days", """{"trait":"last_order","op":"within_last","value":"30d"}""", ""),
        ("preview: an event in 30 days", """{"event":"Order Completed","within":"30d"}""", ""),
        ("preview: three events", """{"event":"Order Completed","count":{"op":"at_least","value":3}}""", ""),
        ("preview: two events with revenue over 100", """{"event":"Order Completed","where":{"property":"revenue","op":"greater_than","value":100},"count":{"op":"at_least","value":2}}""", ""),
        ("preview: traits and events", """{"and":[{"trait":"plan","op":"one_of","value":["pro","team"]},{"trait":"tags","op":"contains","value":"t7"},{"not":{"event":"Order Completed","within":"60d"}}]}""", ""),
        ("page of 50 by a number", """{"trait":"plan","op":"equals","value":"pro"}""", "-lifetime_value"),
        ("page of 50 of all by a text", "", "email"),
    ];

    public static async Task RunAsync(int profiles, string engine)
    {
        Console.WriteLine($"## Search of {profiles:N0} people with {profiles * SampleProfiles.EventsEach:N0} events");
        Console.WriteLine();
        await using var memory = new SampleStage(profiles, engine: null, Prefix);
        await memory.StartAsync(profiles);
        await using var indexed = new SampleStage(profiles, engine, Prefix);
        var clock = Stopwatch.StartNew();
        await indexed.StartAsync(profiles);
        using var http = new HttpClient { BaseAddress = new Uri(engine) };
        var filled = clock.Elapsed.TotalSeconds;
        (await http.PostAsync($"{Prefix}-profiles/_forcemerge?max_num_segments=1", null)).EnsureSuccessStatusCode();
        var bytes = JsonNode.Parse(await http.GetStringAsync($"{Prefix}-profiles/_stats/store"))!["_all"]!["primaries"]!["store"]!["size_in_bytes"]!.GetValue<long>();
        Console.WriteLine($"- Scanned and indexed in {filled:F1} s; the index has {bytes >> 20} MB ({bytes / profiles} bytes a person).");
        Console.WriteLine();
        Console.WriteLine("| question | matches | in memory p50/p95 ms | with the engine p50/p95 ms |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var (what, condition, sort) in Questions)
        {
            var (inMemory, expected) = await AskAsync(memory, condition, sort);
            var (withEngine, found) = await AskAsync(indexed, condition, sort);
            Console.WriteLine($"| {what} | {found:N0}{(found == expected ? "" : $" (in memory {expected:N0})")} | {inMemory} | {withEngine} |");
        }
        Console.WriteLine();
    }

    private static async Task<(string Milliseconds, long Matches)> AskAsync(SampleStage stage, string condition, string sort)
    {
        var took = new List<double>();
        long matches = 0;
        for (var i = 0; i < Repetitions + 3; i++)
        {
            var started = Stopwatch.GetTimestamp();
            matches = condition.Length > 0 && sort.Length == 0
                ? (await stage.Client.PreviewAsync(new PreviewRequest { Condition = condition })).Count
                : (await stage.Client.SearchProfilesAsync(new SearchProfilesRequest { Condition = condition, Sort = sort })).Total;
            if (i >= 3)
                took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        double[] sorted = [.. took.Order()];
        return ($"{LoadRun.Percentile(sorted, 0.5):F1}/{LoadRun.Percentile(sorted, 0.95):F1}", matches);
    }
}
