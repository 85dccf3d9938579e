using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Cdp.Bench.Load;

namespace Cdp.Bench.Measures;

/// <summary>
/// Traits of any name and type in an index with a fixed mapping, three ways: nested rows with a field for each type, a
/// flattened object, and terms of path, kind and value in one keyword field.
/// </summary>
internal static class TraitForms
{
    private const int Batch = 2_000;
    private const int Repetitions = 30;

    private static readonly Form[] Forms =
    [
        new("nested rows", """{"t":{"type":"nested","properties":{"n":{"type":"keyword"},"s":{"type":"keyword"},"d":{"type":"double"},"b":{"type":"boolean"}}}}""",
            traits => $$"""{"t":[{{string.Join(',', traits.Select(t => "{\"n\":\"" + t.Name + "\",\"" + Kind(t.Json) + "\":" + t.Json + "}"))}}]}""",
            (name, clause) => $$$"""{"nested":{"path":"t","query":{"bool":{"filter":[{"term":{"t.n":"{{{name}}}"}},{{{clause}}}]}}}}""", _ => "t"),
        // Its values are texts: numbers compare as texts do, so that the figure for ranges is of a wrong answer.
        new("flattened", """{"t":{"type":"flattened"}}""",
            traits => $$$"""{"t":{{{{string.Join(',', traits.Select(t => $"\"{t.Name}\":{t.Json}"))}}}}}""",
            (_, clause) => clause, name => $"t.{name}"),
        new("terms", """{"t":{"type":"keyword","doc_values":false}}""",
            traits => $$"""{"t":[{{string.Join(',', traits.Select(t => t.Json[0] == '[' ? t.Json.Replace("\"t", $"\"{t.Name}st", StringComparison.Ordinal)[1..^1] : $"\"{Term(t.Name, t.Json)}\""))}}]}""",
            (_, clause) => clause, _ => "t"),
    ];

    private static readonly (string What, string Name, Func<Form, string> Clause)[] Questions =
    [
        ("equals", "plan", form => $$$"""{"term":{"{{{form.Field("plan", 's')}}}":"{{{form.Value("plan", "\"pro\"")}}}"}}"""),
        ("range of numbers", "lifetime_value", form => $$$"""{"range":{"{{{form.Field("lifetime_value", 'd')}}}":{"gte":"{{{form.Value("lifetime_value", "1000")}}}","lte":"{{{form.Value("lifetime_value", "2500")}}}"} } }"""),
        ("starts with", "email", form => $$$"""{"prefix":{"{{{form.Field("email", 's')}}}":"{{{form.Value("email", "\"person12\"")}}}"}}"""),
    ];

    public static async Task RunAsync(int profiles, string engine)
    {
        using var http = new HttpClient { BaseAddress = new Uri(engine), Timeout = TimeSpan.FromMinutes(10) };
        Console.WriteLine($"## Ten traits of {profiles:N0} people, three ways");
        Console.WriteLine();
        Console.WriteLine($"| form | indexed in s | MB | {string.Join(" | ", Questions.Select(q => q.What + ", p50 ms"))} |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var form in Forms)
        {
            var index = $"cdp-bench-form-{form.Name.Replace(' ', '-')}";
            await SendAsync(http, HttpMethod.Delete, $"{index}?ignore_unavailable=true", "");
            await SendAsync(http, HttpMethod.Put, index, $$$"""{"settings":{"number_of_replicas":0,"refresh_interval":"30s"},"mappings":{"_source":{"enabled":false},"properties":{{{form.Mapping}}}}}""");
            var clock = Stopwatch.StartNew();
            for (var first = 0; first < profiles; first += Batch)
                await SendAsync(http, HttpMethod.Post, $"{index}/_bulk", Lines(form, first, Math.Min(Batch, profiles - first)));
            var seconds = clock.Elapsed.TotalSeconds;
            await SendAsync(http, HttpMethod.Post, $"{index}/_forcemerge?max_num_segments=1", "");
            await SendAsync(http, HttpMethod.Post, $"{index}/_refresh", "");
            var stats = await SendAsync(http, HttpMethod.Get, $"{index}/_stats/store", "");
            var answers = new List<string>();
            foreach (var question in Questions)
                answers.Add(await AskAsync(http, index, form, question.Name, question.Clause(form)));
            Console.WriteLine($"| {form.Name} | {seconds:F1} | {stats["_all"]!["primaries"]!["store"]!["size_in_bytes"]!.GetValue<long>() >> 20} | {string.Join(" | ", answers)} |");
            await SendAsync(http, HttpMethod.Delete, index, "");
        }
        Console.WriteLine();
    }

    private static string Lines(Form form, int first, int count)
    {
        var lines = new StringBuilder();
        for (var i = first; i < first + count; i++)
            lines.Append("{\"index\":{\"_id\":\"p").Append(i).Append("\"}}\n").Append(form.Document(SampleProfiles.Traits(i))).Append('\n');
        return lines.ToString();
    }

    private static async Task<string> AskAsync(HttpClient http, string index, Form form, string name, string clause)
    {
        var took = new List<double>();
        var body = $$$"""{"size":10,"track_total_hits":true,"query":{"bool":{"filter":[{{{form.Query(name, clause)}}}]} } }""";
        long matches = 0;
        for (var i = 0; i < Repetitions + 3; i++)
        {
            var started = Stopwatch.GetTimestamp();
            matches = (await SendAsync(http, HttpMethod.Post, $"{index}/_search?request_cache=false", body))["hits"]!["total"]!["value"]!.GetValue<long>();
            if (i >= 3)
                took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        return $"{LoadRun.Percentile([.. took.Order()], 0.5):F1} ({matches:N0})";
    }

    private static async Task<JsonNode> SendAsync(HttpClient http, HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body.Length > 0)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    private static string Kind(string json) => json[0] is '"' or '[' ? "s" : json[0] is 't' or 'f' ? "b" : "d";

    // Positive numbers sort by their bits.
    private static string Term(string name, string json) => json[0] switch
    {
        '"' => $"{name}s{json[1..^1]}",
        't' or 'f' => $"{name}b{json}",
        _ => $"{name}n{BitConverter.DoubleToInt64Bits(double.Parse(json, CultureInfo.InvariantCulture)):x16}",
    };

    private sealed record Form(
        string Name, string Mapping, Func<IEnumerable<(string Name, string Json)>, string> Document, Func<string, string, string> Query, Func<string, string> Root)
    {
        public string Field(string name, char kind) => Name == "nested rows" ? $"t.{kind}" : Root(name);

        public string Value(string name, string json) => Name == "terms" ? Term(name, json) : json.Trim('"');
    }
}
