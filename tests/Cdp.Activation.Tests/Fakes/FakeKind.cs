using Cdp.Activation.Destinations;
using Cdp.Contracts.Failures;

namespace Cdp.Activation.Tests.Fakes;

/// <summary>A kind of destination that does as it is told.</summary>
internal class FakeKind : IDestinationKind
{
    public string Name => "fake";

    public Func<OutgoingMessage, CancellationToken, Task<AttemptResult>> Send { get; set; } =
        (_, _) => Task.FromResult(new AttemptResult(AttemptVerdict.Delivered, 200, "taken"));

    public string MakeSecret() => "secret";

    public Task<IReadOnlyList<FieldError>> ValidateAsync(string? url, string? secret, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<FieldError>>([]);

    public Task<AttemptResult> SendAsync(OutgoingMessage message, CancellationToken cancellationToken) => Send(message, cancellationToken);
}

/// <summary>Another kind of the same name.</summary>
internal sealed class OtherFakeKind : FakeKind;
