using System.ComponentModel.DataAnnotations;

namespace Cdp.Collection;

/// <summary>Settings of the stage, at <c>Cdp:Collection</c>.</summary>
public sealed class CollectionOptions
{
    /// <summary>Configuration path.</summary>
    public const string Section = "Cdp:Collection";

    /// <summary>Partitions of the event log, 1 to 1,024; fixed when the log is made.</summary>
    [Range(1, 1024)]
    public int Partitions { get; set; } = 4;

    /// <summary>How long message ids are remembered; at least 24 hours.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan DeduplicationWindow { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// For measuring only: events are checked and then thrown away, while senders are told that they were taken.
    /// </summary>
    public bool ParseOnly { get; set; }
}
