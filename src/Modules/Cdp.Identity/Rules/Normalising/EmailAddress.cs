namespace Cdp.Identity.Rules.Normalising;

/// <summary>E-mail addresses as far as their form goes; mailboxes are in lower case, as all large providers treat them.</summary>
internal static class EmailAddress
{
    private const int LongestLocal = 64;
    private const int LongestDomain = 253;
    private const int LongestLabel = 63;
    private const string Gmail = "gmail.com";

    /// <summary>The address in lower case; null where it is none.</summary>
    public static string? Normalise(string value)
    {
        var at = value.IndexOf('@', StringComparison.Ordinal);
        if (at is < 1 or > LongestLocal || at != value.LastIndexOf('@') || value.Any(char.IsWhiteSpace))
            return null;
        var domain = value.AsSpan(at + 1);
        if (domain.Length is 0 or > LongestDomain)
            return null;
        foreach (var label in domain.Split('.'))
        {
            if (domain[label].Length is 0 or > LongestLabel || domain[label][0] == '-' || domain[label][^1] == '-')
                return null;
        }
        return value.ToLowerInvariant();
    }

    /// <summary>Without what follows a plus sign: most providers deliver all of these to one mailbox.</summary>
    public static string StripPlus(string address)
    {
        var plus = address.IndexOf('+', StringComparison.Ordinal);
        var at = address.IndexOf('@', StringComparison.Ordinal);
        return plus > 0 && plus < at ? string.Concat(address.AsSpan(0, plus), address.AsSpan(at)) : address;
    }

    /// <summary>Gmail ignores dots in names, and googlemail.com is the same mailbox.</summary>
    public static string GmailDots(string address)
    {
        var at = address.IndexOf('@', StringComparison.Ordinal);
        return address[(at + 1)..] is Gmail or "googlemail.com" ? $"{address[..at].Replace(".", "", StringComparison.Ordinal)}@{Gmail}" : address;
    }
}
