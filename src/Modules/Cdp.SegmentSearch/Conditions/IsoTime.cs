namespace Cdp.SegmentSearch.Conditions;

/// <summary>
/// Dates and instants of ISO 8601 as JSON carries them: <c>2026-01-31</c>, <c>2026-01-31T10:00Z</c>,
/// <c>2026-01-31T10:00:00.123+02:00</c>. Without an offset they are UTC. Reads UTF-8 without allocating.
/// </summary>
internal static class IsoTime
{
    public static bool TryParse(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length < 10 || !Digits(text, 0, 4, out var year) || text[4] != '-' || !Digits(text, 5, 2, out var month)
            || text[7] != '-' || !Digits(text, 8, 2, out var day))
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        var at = new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        if (text.Length > 10)
        {
            if (text[10] is not ((byte)'T' or (byte)'t' or (byte)' ') || !TryParseTime(text[11..], out var time))
                return false;
            at += time;
        }
        milliseconds = at;
        return true;
    }

    // hh:mm, then seconds, then their fraction, then the offset; all but hh:mm may be missing.
    private static bool TryParseTime(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (!Digits(text, 0, 2, out var hour) || !At(text, 2, ':') || !Digits(text, 3, 2, out var minute) || hour > 23 || minute > 59)
            return false;
        var next = 5;
        var second = 0;
        long fraction = 0;
        if (At(text, next, ':'))
        {
            // 60 is a leap second.
            if (!Digits(text, next + 1, 2, out second) || second > 60)
                return false;
            next += 3;
            if ((At(text, next, '.') || At(text, next, ',')) && !Fraction(text, ref next, out fraction))
                return false;
        }
        if (!Offset(text[next..], out var offset))
            return false;
        milliseconds = (((((hour * 60L) + minute) * 60) + second) * 1_000) + fraction - (offset * 60_000L);
        return true;
    }

    private static bool Fraction(ReadOnlySpan<byte> text, ref int next, out long milliseconds)
    {
        milliseconds = 0;
        var digit = ++next;
        for (var unit = 100; digit < text.Length && text[digit] is >= (byte)'0' and <= (byte)'9'; digit++, unit /= 10)
            milliseconds += (text[digit] - '0') * unit;
        var any = digit > next;
        next = digit;
        return any;
    }

    private static bool Offset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.IsEmpty || (text.Length == 1 && text[0] is (byte)'Z' or (byte)'z'))
            return true;
        if (text[0] is not ((byte)'+' or (byte)'-') || !Digits(text, 1, 2, out var hours) || hours > 23)
            return false;
        var at = At(text, 3, ':') ? 4 : 3;
        var rest = 0;
        if (text.Length > 3 && (!Digits(text, at, 2, out rest) || text.Length != at + 2 || rest > 59))
            return false;
        minutes = ((hours * 60) + rest) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool At(ReadOnlySpan<byte> text, int index, char expected) => index < text.Length && text[index] == expected;

    private static bool Digits(ReadOnlySpan<byte> text, int start, int count, out int number)
    {
        number = 0;
        if (start + count > text.Length)
            return false;
        foreach (var digit in text.Slice(start, count))
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            number = (number * 10) + digit - '0';
        }
        return true;
    }
}
