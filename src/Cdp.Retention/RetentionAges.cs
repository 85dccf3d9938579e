using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Cdp.Retention;

/// <summary>How long state is kept, by <c>Cdp:Retention</c>; null: for ever.</summary>
public sealed record RetentionAges
{
    /// <summary>Configuration path.</summary>
    public const string Section = "Cdp:Retention";

    private static readonly string[] Names = [nameof(Deliveries), nameof(SegmentHistory), nameof(Imports), nameof(DeadLetters), nameof(Timeline)];

    // Whatever reads state again after a restart has done so by then.
    private static readonly TimeSpan Shortest = TimeSpan.FromDays(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>Deliveries that have ended, with their attempts.</summary>
    public TimeSpan? Deliveries { get; init; }

    /// <summary>Entries into segments and exits from them.</summary>
    public TimeSpan? SegmentHistory { get; init; }

    /// <summary>Imports that have ended, with the rows that they rejected.</summary>
    public TimeSpan? Imports { get; init; }

    /// <summary>Events that were set aside.</summary>
    public TimeSpan? DeadLetters { get; init; }

    /// <summary>Events on timelines, by the time at which they happened; conditions count no older ones.</summary>
    public TimeSpan? Timeline { get; init; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">Some of them are wrong; all of those are named.</exception>
    public static RetentionAges From(IConfiguration configuration)
    {
        var errors = new List<string>();
        var ages = new Dictionary<string, TimeSpan?>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in configuration.GetSection(Section).GetChildren())
        {
            if (!Names.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
                errors.Add($"{setting.Path}: there is no such setting; there are {string.Join(", ", Names)}.");
            else if (!TryParse(setting.Value, out var age))
                errors.Add($"{setting.Path} is '{setting.Value}'; expected 1 to 36500 days, as days.hours:minutes:seconds or a number of days, such as 90.00:00:00 or 90.");
            else
                ages[setting.Key] = age;
        }
        if (errors.Count > 0)
            throw new InvalidOperationException(string.Join(" ", errors));
        return new RetentionAges
        {
            Deliveries = ages.GetValueOrDefault(nameof(Deliveries)),
            SegmentHistory = ages.GetValueOrDefault(nameof(SegmentHistory)),
            Imports = ages.GetValueOrDefault(nameof(Imports)),
            DeadLetters = ages.GetValueOrDefault(nameof(DeadLetters)),
            Timeline = ages.GetValueOrDefault(nameof(Timeline)),
        };
    }

    // Empty is as not given: what fills settings from elsewhere often cannot leave one out.
    private static bool TryParse(string? text, out TimeSpan? age)
    {
        age = null;
        if (string.IsNullOrWhiteSpace(text))
            return text is not null;
        if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var parsed) || parsed < Shortest || parsed > Longest)
            return false;
        age = parsed;
        return true;
    }
}
