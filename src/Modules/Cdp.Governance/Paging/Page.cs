using System.Globalization;
using Cdp.Contracts.Failures;

namespace Cdp.Governance.Paging;

/// <summary>Limits and cursors of lists that go from the newest to the oldest.</summary>
internal static class Page
{
    private const int Usual = 50;
    private const int Most = 200;

    public static int Limit(int wanted) => wanted <= 0 ? Usual : Math.Min(wanted, Most);

    /// <summary>The sequence that the page ends before.</summary>
    public static long Before(string cursor)
    {
        if (cursor.Length == 0)
            return long.MaxValue;
        return long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? sequence
            : throw Failure.Invalid("cursor", "expected a cursor of an earlier page");
    }
}
