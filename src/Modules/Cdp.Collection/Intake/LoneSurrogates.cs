using System.Globalization;

namespace Cdp.Collection.Intake;

/// <summary>
/// Halves of surrogate pairs in JSON escapes. Browsers send them where they cut a text inside an emoji; no reader can turn
/// them into text, so they become U+FFFD, which is just as long, before anything else looks at the body.
/// </summary>
internal static class LoneSurrogates
{
    private const int EscapeLength = 6;

    /// <summary>Whether the JSON holds any.</summary>
    public static bool AreIn(ReadOnlySpan<byte> json) => Next(json, 0) >= 0;

    /// <summary>Replaces them in place.</summary>
    public static void Replace(Span<byte> json)
    {
        for (var at = Next(json, 0); at >= 0; at = Next(json, at))
            "\\ufffd"u8.CopyTo(json[at..]);
    }

    private static int Next(ReadOnlySpan<byte> json, int at)
    {
        while (true)
        {
            var found = json[at..].IndexOf((byte)'\\');
            if (found < 0)
                return -1;
            at += found;
            switch (Escaped(json[at..]))
            {
                case null:
                    // Another escape, such as \n or a backslash itself.
                    at = Math.Min(at + 2, json.Length);
                    break;
                case { } unit when !char.IsSurrogate(unit):
                    at += EscapeLength;
                    break;
                case { } high when char.IsHighSurrogate(high) && Escaped(json[(at + EscapeLength)..]) is { } low && char.IsLowSurrogate(low):
                    at += 2 * EscapeLength;
                    break;
                default:
                    return at;
            }
        }
    }

    // The UTF-16 unit of an escape such as \u20ac; null where there is none.
    private static char? Escaped(ReadOnlySpan<byte> json) =>
        json.Length >= EscapeLength && json.StartsWith("\\u"u8)
            && ushort.TryParse(json[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
