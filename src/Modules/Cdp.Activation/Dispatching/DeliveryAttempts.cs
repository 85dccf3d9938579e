using System.Diagnostics;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Profile.V1;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdp.Activation.Dispatching;

/// <summary>Makes one attempt of a delivery: reads the person, asks for consent, sends, judges the answer.</summary>
internal sealed partial class DeliveryAttempts(
    DestinationKinds kinds, DestinationSecrets secrets, ProfileLookup profiles, RetrySchedule schedule, IOptions<ActivationOptions> options,
    TimeProvider time, ILogger<DeliveryAttempts> logger)
{
    /// <summary>What came of the attempt.</summary>
    public async Task<DeliveryOutcome> MakeAsync(DueDelivery delivery, StoredDestination destination, CancellationToken cancellationToken)
    {
        var profile = await profiles.FindAsync(delivery.ProfileId, cancellationToken);
        if (profile is null)
            return new DeliveryOutcome(delivery.Id, DeliveryState.Cancelled, "The profile was deleted.", 0, null);
        var missing = ConsentCheck.Missing(destination.Definition.ConsentCategories, profile);
        if (missing.Count > 0)
            return new DeliveryOutcome(delivery.Id, DeliveryState.Blocked, $"Consent is not granted for: {string.Join(", ", missing)}.", 0, null);

        var attemptedAt = Now();
        var started = time.GetTimestamp();
        var result = await SendAsync(delivery, destination, profile, cancellationToken);
        var took = time.GetElapsedTime(started);
        var tags = new TagList { { "kind", destination.Definition.Type }, { "verdict", result.Verdict.ToString().ToLowerInvariant() } };
        ActivationMetrics.Attempts.Add(1, tags);
        ActivationMetrics.AttemptDuration.Record(took.TotalSeconds, tags);
        var attempt = new DeliveryAttempt
        {
            At = attemptedAt,
            Status = result.Status,
            Error = result.Status == 0 ? result.Reason : "",
            DurationMs = (long)took.TotalMilliseconds,
        };
        return Judge(delivery, result, attempt);
    }

    private DeliveryOutcome Judge(DueDelivery delivery, AttemptResult result, DeliveryAttempt attempt)
    {
        switch (result.Verdict)
        {
            case AttemptVerdict.Delivered:
                return new DeliveryOutcome(delivery.Id, DeliveryState.Delivered, result.Reason, 0, attempt);
            case AttemptVerdict.GiveUp:
                return new DeliveryOutcome(delivery.Id, DeliveryState.Dead, result.Reason, 0, attempt);
            default:
                return schedule.Next(delivery, attempt.At, Now(), result.RetryAfter) is { } next
                    ? new DeliveryOutcome(delivery.Id, DeliveryState.Pending, result.Reason, next, attempt)
                    : new DeliveryOutcome(delivery.Id, DeliveryState.Dead, $"Given up after {delivery.Attempts + 1} attempts. {result.Reason}", 0, attempt);
        }
    }

    private async Task<AttemptResult> SendAsync(DueDelivery delivery, StoredDestination destination, ProfileDocument profile, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var message = new OutgoingMessage(destination.Definition, secrets.Unprotect(destination.ProtectedSecret), delivery, profile);
            return await kinds.Of(destination).SendAsync(message, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new AttemptResult(AttemptVerdict.Retry, 0, $"No answer within {options.Value.AttemptTimeout.TotalSeconds} s.");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A kind of destination that fails must not stop the others.
            LogFailed(delivery.Id, exception);
            return new AttemptResult(AttemptVerdict.Retry, 0, $"The platform failed to send it ({exception.GetType().Name}).");
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(EventId = 511, Level = LogLevel.Error, Message = "Delivery {Delivery} could not be sent for a reason that is not the receiver's.")]
    private partial void LogFailed(string delivery, Exception exception);
}
