using System.Globalization;
using System.Text.Json;

namespace Cdp.Collection.Intake;

/// <summary>Times as senders write them, and the correction of their clocks.</summary>
internal static class EventTime
{
    /// <summary>Events may claim to be this far ahead of their receipt; beyond, their timestamp is not believed.</summary>
    private static readonly TimeSpan MostAhead = TimeSpan.FromHours(24);
    private const int LongestText = 64;
    private static readonly DateTimeOffset Earliest = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Reads ISO 8601, other unambiguous texts, or a number of milliseconds since 1970; a text without an offset is UTC.
    /// Null is no time, and nothing wrong.
    /// </summary>
    public static bool TryRead(scoped ref Utf8JsonReader reader, out DateTimeOffset? time)
    {
        time = null;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return true;
            // Not as DateTimeOffset: that would take a text without an offset for this machine's time zone.
            case JsonTokenType.String when reader.TryGetDateTime(out var iso):
                time = iso.Kind == DateTimeKind.Unspecified ? new DateTimeOffset(iso, TimeSpan.Zero) : iso.ToUniversalTime();
                return true;
            case JsonTokenType.String when reader.ValueSpan.Length <= LongestText
                && DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var text):
                time = text;
                return true;
            case JsonTokenType.Number when reader.TryGetInt64(out var milliseconds) && milliseconds is > -2_208_988_800_000 and < 253_402_300_800_000:
                time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// timestamp = receivedAt - (sentAt - originalTimestamp), see
    /// https://segment.com/docs/connections/spec/common/#timestamps. False where the result is absurd.
    /// </summary>
    public static bool TryCorrect(DateTimeOffset original, DateTimeOffset? sentAt, DateTimeOffset receivedAt, out DateTimeOffset timestamp)
    {
        timestamp = original;
        if (sentAt is { } sent)
        {
            var ticks = (decimal)receivedAt.UtcTicks - ((decimal)sent.UtcTicks - original.UtcTicks);
            if (ticks < DateTimeOffset.MinValue.Ticks || ticks > DateTimeOffset.MaxValue.Ticks)
                return false;
            timestamp = new DateTimeOffset((long)ticks, TimeSpan.Zero);
        }
        return IsBelievable(timestamp, receivedAt);
    }

    /// <summary>Whether an event received at a time may have happened at another.</summary>
    public static bool IsBelievable(DateTimeOffset timestamp, DateTimeOffset receivedAt) =>
        timestamp >= Earliest && timestamp <= receivedAt + MostAhead;
}
