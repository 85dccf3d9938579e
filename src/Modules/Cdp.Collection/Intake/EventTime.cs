using System.Globalization;
using System.Text.Json;

namespace Cdp.Collection.Intake;

/// <summary>Times as senders write them, and the correction of their clocks.</summary>
internal static class EventTime
{
    /// <summary>Events may claim to be this far ahead of their receipt; beyond, their timestamp is not believed.</summary>
    private static readonly TimeSpan MostAhead = TimeSpan.FromHours(24);
    private static readonly DateTimeOffset Earliest = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads ISO 8601, other unambiguous texts, or a number of milliseconds since 1970.</summary>
    public static bool TryRead(scoped ref Utf8JsonReader reader, out DateTimeOffset time)
    {
        time = default;
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.TryGetDateTimeOffset(out time)
                    || (reader.ValueSpan.Length <= 64
                        && DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time));
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
        return timestamp >= Earliest && timestamp <= receivedAt + MostAhead;
    }
}
