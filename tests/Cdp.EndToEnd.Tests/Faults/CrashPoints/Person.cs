namespace Cdp.EndToEnd.Tests.Faults.CrashPoints;

/// <summary>A person as it must be.</summary>
/// <param name="Identifiers">All its identifiers, as <c>type:value</c>.</param>
/// <param name="Events">Its events; none: it has no profile.</param>
internal sealed record Person(IReadOnlyCollection<string> Identifiers, IReadOnlyList<SentEvent> Events);
