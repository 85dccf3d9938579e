using System.ComponentModel.DataAnnotations;

namespace Cdp.Activation;

/// <summary>Settings of the stage, at <c>Cdp:Activation</c>.</summary>
public sealed class ActivationOptions
{
    /// <summary>Configuration path.</summary>
    public const string Section = "Cdp:Activation";

    /// <summary>Lets destinations be on private and loopback addresses.</summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>How long a receiver may take to answer one attempt.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Wait after the first failed attempt; it doubles with each further one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait between two attempts, unless the receiver asks for a longer one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan LongestRetryDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Longest wait that a receiver may ask for with Retry-After.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LongestRetryAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A delivery is given up where its next attempt would come later than this after its first.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan RetryWindow { get; set; } = TimeSpan.FromHours(4);

    /// <summary>Most attempts of one delivery, replays counted anew.</summary>
    [Range(1, 1_000)]
    public int MaxAttempts { get; set; } = 50;

    /// <summary>Most requests under way to one destination.</summary>
    [Range(1, 1_000)]
    public int RequestsPerDestination { get; set; } = 32;
}
