using Cdp.Contracts.SegmentSearch.V1;

namespace Cdp.SegmentSearch.Store;

/// <summary>
/// What one step changed; stored as a whole or not at all. Storing the same commit twice is the same as storing it once.
/// Applied in the order of the members.
/// </summary>
public sealed class SegmentCommit
{
    /// <summary>Positions afterwards.</summary>
    public required SegmentPositions Positions { get; init; }

    /// <summary>A segment that is created or changed.</summary>
    public SegmentDefinition? Defined { get; init; }

    /// <summary>Key of a segment that goes, with its members and history.</summary>
    public string? Deleted { get; init; }

    /// <summary>Entries and exits in sequence order: they change memberships and become history.</summary>
    public IReadOnlyList<MembershipChange> Changes { get; init; } = [];

    /// <summary>Members as they are, with the keys of their segments, where history may have forgotten how they entered.</summary>
    public IReadOnlyList<(string Key, Member Member)> Members { get; init; } = [];

    /// <summary>Ids of erased profiles: nothing of them may be left.</summary>
    public IReadOnlyCollection<string> Erased { get; init; } = [];
}
