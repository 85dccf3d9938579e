using Cdp.Activation.Deliveries;
using Microsoft.Extensions.Options;

namespace Cdp.Activation.Dispatching;

/// <summary>
/// When a failed delivery is tried again: exponential backoff, half of it fixed and half random, so that deliveries which
/// failed together do not come back together.
/// </summary>
internal sealed class RetrySchedule(IOptions<ActivationOptions> options, Random random)
{
    /// <summary>When to try again, ms since 1970; null where it is given up.</summary>
    /// <param name="delivery">The delivery as it was before the attempt.</param>
    /// <param name="attemptedAt">When the attempt began, ms since 1970.</param>
    /// <param name="endedAt">When it had failed, ms since 1970.</param>
    /// <param name="retryAfter">The wait that the receiver asks for.</param>
    public long? Next(DueDelivery delivery, long attemptedAt, long endedAt, TimeSpan? retryAfter)
    {
        var settings = options.Value;
        if (delivery.Attempts + 1 >= settings.MaxAttempts)
            return null;
        var wait = Backoff(delivery.Attempts, settings);
        if (retryAfter is { } asked)
            wait = Max(wait, asked < settings.LongestRetryAfter ? asked : settings.LongestRetryAfter);
        var next = endedAt + (long)wait.TotalMilliseconds;
        var first = delivery.FirstAttemptAt == 0 ? attemptedAt : delivery.FirstAttemptAt;
        return next - first > settings.RetryWindow.TotalMilliseconds ? null : next;
    }

    private TimeSpan Backoff(int failedBefore, ActivationOptions settings)
    {
        var doubled = settings.FirstRetryDelay * Math.Pow(2, Math.Min(failedBefore, 30));
        var longest = doubled < settings.LongestRetryDelay ? doubled : settings.LongestRetryDelay;
        return longest * (0.5 + (random.NextDouble() / 2));
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
