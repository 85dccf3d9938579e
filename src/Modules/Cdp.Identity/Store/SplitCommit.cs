using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Ties;

namespace Cdp.Identity.Store;

/// <summary>What a split changes; stored as a whole or not at all.</summary>
public sealed class SplitCommit
{
    /// <summary>The split. Its parts replace the person and hold its identifiers and absorbed ids.</summary>
    public required Split Split { get; init; }

    /// <summary>Parts that are new persons: there was none before all its identifiers came to others.</summary>
    public List<Founder> Created { get; } = [];

    /// <summary>All ties of the former person as they are now, each with its part.</summary>
    public List<(string PersonId, Tie Tie)> Ties { get; } = [];

    /// <summary>Pairs of identifiers that are separated now.</summary>
    public List<Separation> Separations { get; } = [];

    /// <summary>Sequences of the merges that do not stand any more.</summary>
    public List<long> Undone { get; } = [];

    /// <summary>Merges that take their place, with sequences after the split's: who absorbed whom without the undone evidence.</summary>
    public List<Merge> Merges { get; } = [];
}
