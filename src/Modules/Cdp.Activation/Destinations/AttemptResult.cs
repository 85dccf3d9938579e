namespace Cdp.Activation.Destinations;

/// <summary>What an attempt means for the delivery.</summary>
public enum AttemptVerdict
{
    /// <summary>The receiver has it.</summary>
    Delivered,

    /// <summary>It may succeed later.</summary>
    Retry,

    /// <summary>Another attempt would end in the same way.</summary>
    GiveUp,
}

/// <summary>What came of one attempt.</summary>
/// <param name="Verdict">What it means for the delivery.</param>
/// <param name="Status">Status of the answer; 0 where none came.</param>
/// <param name="Reason">The answer or the error in words. Nothing that the receiver wrote: it may repeat personal data.</param>
/// <param name="RetryAfter">The wait that the receiver asks for.</param>
public sealed record AttemptResult(AttemptVerdict Verdict, int Status, string Reason, TimeSpan? RetryAfter = null);
