namespace Cdp.Rest.Json;

/// <summary>Times: stages count milliseconds since 1970, answers hold ISO 8601 in UTC.</summary>
internal static class UnixTime
{
    /// <summary>The time; null for 0, which stages use for "not yet".</summary>
    public static DateTime? Optional(long milliseconds) => milliseconds == 0 ? null : At(milliseconds);

    /// <summary>The time.</summary>
    public static DateTime At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime;
}
