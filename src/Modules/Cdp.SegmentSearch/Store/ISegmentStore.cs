using Cdp.Contracts.SegmentSearch.V1;

namespace Cdp.SegmentSearch.Store;

/// <summary>Definitions, memberships, and the history that is the feed of entries and exits.</summary>
public interface ISegmentStore
{
    /// <summary>How far everything stored has come.</summary>
    Task<SegmentPositions> PositionsAsync(CancellationToken cancellationToken);

    /// <summary>All segments by key, each with its number of members.</summary>
    Task<IReadOnlyList<(SegmentDefinition Definition, long Size)>> SegmentsAsync(CancellationToken cancellationToken);

    /// <summary>Stores a step; durable when it returns. Where it erases, the bytes are gone when it returns.</summary>
    Task CommitAsync(SegmentCommit commit, CancellationToken cancellationToken);

    /// <summary>Members of a segment by profile id, after one, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<Member>> MembersAsync(string key, string afterProfileId, int limit, CancellationToken cancellationToken);

    /// <summary>Segments that a profile is in, by key.</summary>
    Task<IReadOnlyList<Membership>> MembershipsAsync(string profileId, CancellationToken cancellationToken);

    /// <summary>Entries and exits of a segment before a sequence, newest first; of one profile where its id is not empty.</summary>
    Task<IReadOnlyList<MembershipChange>> HistoryAsync(string key, string profileId, long before, int limit, CancellationToken cancellationToken);

    /// <summary>Entries and exits after a sequence in sequence order, and the sequence read up to.</summary>
    Task<(IReadOnlyList<MembershipChange> Changes, long Sequence)> ChangesAfterAsync(long sequence, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the oldest entries and exits, at most <paramref name="limit"/>: those before the first one that was made at or after
    /// <paramref name="before"/>, ms since 1970, and none after a sequence. Returns how many, 0 where none is left. Members stay.
    /// </summary>
    Task<int> PruneHistoryAsync(long before, long until, int limit, CancellationToken cancellationToken);
}
