using System.Text.Json;

namespace Cdp.SegmentSearch.Tests.Fakes;

/// <summary>Names and values at the edges of what JSON, the index and search engines take.</summary>
internal static class StrangeValues
{
    public static readonly string[] Names = ["n", "a.b", "$set", "3:n", "naïve 名前 🎈", "nul\0in it", "*?\\", new string('p', 200)];

    private static readonly string[] Scalars =
    [
        "0", "-0.0", "1e308", "-1e308", "5e-324", "1e400", "9007199254740993", "123456789012345678901234567890", "-1", "0.1",
        "\"\"", "\" \"", "\"a*b?c\\\\d\"", "\"NaN\"", "\"Straße\"", "\"STRASSE\"", "\"e\\u0301\"", "\"\\u00e9\"", "\"\\u0000\"", "\"🎈\"", "\"\\ud800\"", "\"名前\"",
        "\"0001-01-01\"", "\"9999-12-31T23:59:60Z\"", "\"2026-02-30\"", "\"2026-03-01T12:00:00.000Z\"", "true", "[]", "{}", "[[1],[\"x\",null]]",
        Quote(new string('x', 40_000)), Quote(new string('é', 2_500)), Quote("y" + new string('é', 2_500)), $"[{Quote(new string('x', 5_000))},\"kept\"]",
    ];

    /// <summary>Every value under the plain name; under every other name some.</summary>
    public static IEnumerable<(string Name, string Json)> All =>
        [.. Scalars.Select(json => (Names[0], json)), .. Names.Skip(1).SelectMany(name => (IEnumerable<(string, string)>)[(name, "1"), (name, "\"x*y\""), (name, "[1,\"x\"]")])];

    public static IEnumerable<string> Conditions =>
        from name in Names
        from test in name == Names[0] ? Tests : Tests.Take(8)
        from condition in (string[])[
            $$"""{"trait":{{Quote(name)}},{{test}}}""",
            $$"""{"event":{{Quote(name)}},"where":{"property":{{Quote(name)}},{{test}}} }"""]
        select condition;

    private static IReadOnlyList<string> Tests { get; } =
    [
        "\"op\":\"exists\"", "\"op\":\"not_equals\",\"value\":1", "\"op\":\"contains\",\"value\":\"*\"", "\"op\":\"equals\",\"value\":\"x*y\"",
        "\"op\":\"starts_with\",\"value\":\"x\"", "\"op\":\"contains\",\"value\":\"x\"", "\"op\":\"less_than\",\"value\":\"y\"", "\"op\":\"at_least\",\"value\":1",
        .. Scalars.Where(IsOperand).SelectMany(json => (IEnumerable<string>)[$"\"op\":\"equals\",\"value\":{json}", $"\"op\":\"not_contains\",\"value\":{json}"]),
        .. Scalars.Where(json => IsOperand(json) && json != "true").SelectMany(json => (IEnumerable<string>)[$"\"op\":\"greater_than\",\"value\":{json}", $"\"op\":\"at_most\",\"value\":{json}"]),
        .. Scalars.Where(json => IsOperand(json) && json[0] == '"').SelectMany(json => (IEnumerable<string>)[$"\"op\":\"starts_with\",\"value\":{json}", $"\"op\":\"ends_with\",\"value\":{json}"]),
        "\"op\":\"contains\",\"value\":\"?\"", "\"op\":\"contains\",\"value\":\"\\\\\"", "\"op\":\"ends_with\",\"value\":\"é\"", "\"op\":\"ends_with\",\"value\":\"\\ufffd\"",
        "\"op\":\"before\",\"value\":\"1970-01-01\"", "\"op\":\"after\",\"value\":\"2026-03-01T12:00:00Z\"", "\"op\":\"within_last\",\"value\":\"3650d\"", "\"op\":\"not_within_last\",\"value\":\"1s\"",
        "\"op\":\"between\",\"value\":[-1e308,1e308]", "\"op\":\"between\",\"value\":[\"b\",\"a\"]",
    ];

    public static string Quote(string text) => JsonSerializer.Serialize(text);

    private static bool IsOperand(string json) => json[0] is not ('[' or '{') && json.Length < 1_000 && !json.Contains("ud800", StringComparison.Ordinal);
}
