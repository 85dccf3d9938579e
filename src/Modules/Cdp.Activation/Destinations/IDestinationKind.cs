using Cdp.Contracts.Failures;

namespace Cdp.Activation.Destinations;

/// <summary>A way to reach another tool. One folder and one line at registration for each.</summary>
public interface IDestinationKind
{
    /// <summary>What a destination's type says.</summary>
    string Name { get; }

    /// <summary>A signing secret for a destination that came without one.</summary>
    string MakeSecret();

    /// <summary>Everything that is wrong with the settings of a destination.</summary>
    /// <param name="url">Where to send; null where it does not change.</param>
    /// <param name="secret">Signing secret; null where it does not change.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<FieldError>> ValidateAsync(string? url, string? secret, CancellationToken cancellationToken);

    /// <summary>Makes one attempt. What the receiver does is a result, not an exception; may be cancelled at any time.</summary>
    Task<AttemptResult> SendAsync(OutgoingMessage message, CancellationToken cancellationToken);
}
