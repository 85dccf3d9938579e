using System.ComponentModel.DataAnnotations;

namespace Cdp.Rest.Limits;

/// <summary>Settings of the rate limits, at <c>Cdp:RateLimit</c>. Each key, and each address, has buckets of its own.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Configuration path.</summary>
    public const string Section = "Cdp:RateLimit";

    /// <summary>Whether requests are limited.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Requests of the tracking API and gRPC intake per second, in the long run.</summary>
    [Range(1, 10_000_000)]
    public int TrackingPerSecond { get; set; } = 10_000;

    /// <summary>Requests of the tracking API and gRPC intake at once.</summary>
    [Range(1, 10_000_000)]
    public int TrackingBurst { get; set; } = 20_000;

    /// <summary>Requests of REST and other gRPC per second, in the long run.</summary>
    [Range(1, 10_000_000)]
    public int ApiPerSecond { get; set; } = 1_000;

    /// <summary>Requests of REST and other gRPC at once.</summary>
    [Range(1, 10_000_000)]
    public int ApiBurst { get; set; } = 5_000;
}
