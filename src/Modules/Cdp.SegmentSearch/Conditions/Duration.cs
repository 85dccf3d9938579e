using System.Globalization;

namespace Cdp.SegmentSearch.Conditions;

/// <summary>Lengths of time as conditions write them: <c>90m</c>, <c>12h</c>, <c>30d</c>, <c>4w</c>.</summary>
internal static class Duration
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Expected = "a duration such as 90m, 12h, 30d or 4w, at most 3650d";

    private const long Longest = 3_650L * 24 * 60 * 60 * 1_000;

    public static bool TryParse(string? text, out long milliseconds)
    {
        milliseconds = 0;
        if (text is null || text.Length is < 2 or > 10)
            return false;
        long unit = text[^1] switch
        {
            's' => 1_000,
            'm' => 60_000,
            'h' => 3_600_000,
            'd' => 86_400_000,
            'w' => 604_800_000,
            _ => 0,
        };
        if (unit == 0 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        milliseconds = number * unit;
        return milliseconds is > 0 and <= Longest;
    }
}
