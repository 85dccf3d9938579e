using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;

namespace Cdp.Profile.Store;

/// <summary>How far everything stored has come.</summary>
/// <param name="Events">Next event offset of each partition.</param>
/// <param name="Merge">Sequence of the last merge or split applied.</param>
/// <param name="Feed">Last sequence of the feed of changed profiles.</param>
public sealed record ProfilePositions(IReadOnlyDictionary<int, long> Events, long Merge, long Feed);

/// <summary>
/// What one round changed; stored as a whole or not at all. An adapter without transactions over several documents stores
/// the positions last: each document says which events it includes, so a round can be repeated.
/// </summary>
public sealed class ProfileCommit
{
    /// <summary>Positions after the round.</summary>
    public required ProfilePositions Positions { get; init; }

    /// <summary>Changed profiles, each with its sequence in the feed.</summary>
    public List<(StoredProfile Profile, long Sequence)> Profiles { get; } = [];

    /// <summary>Absorbed profiles: their timeline and absorbed ids go to the survivor. With the survivor's sequence.</summary>
    public List<(string AbsorbedId, string SurvivorId, long Sequence)> Absorbed { get; } = [];

    /// <summary>New events of profiles, with the profile's sequence.</summary>
    public List<(string ProfileId, TimelineEvent Event, long Sequence)> Events { get; } = [];

    /// <summary>Profiles that are taken apart, in a commit that does nothing else; the parts' documents are in <see cref="Profiles"/>.</summary>
    public List<ProfileSplit> Splits { get; } = [];

    /// <summary>Events set aside.</summary>
    public List<DeadLetter> DeadLetters { get; } = [];

    /// <summary>Set-aside events that were applied now.</summary>
    public List<FeedPosition> ReplayedDeadLetters { get; } = [];
}

/// <summary>Profiles, timelines, the feed of changes and the position in the event log.</summary>
public interface IProfileStore
{
    /// <summary>How far everything stored has come.</summary>
    Task<ProfilePositions> PositionsAsync(CancellationToken cancellationToken);

    /// <summary>Profiles by canonical or absorbed id; those that do not exist are left out.</summary>
    Task<IReadOnlyList<StoredProfile>> LoadAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>Stores a round; durable when it returns.</summary>
    Task CommitAsync(ProfileCommit commit, CancellationToken cancellationToken);

    /// <summary>Live profiles.</summary>
    Task<long> CountAsync(CancellationToken cancellationToken);

    /// <summary>A profile's events, newest first by event time, after a cursor.</summary>
    Task<(IReadOnlyList<TimelineEvent> Events, string NextCursor)> ListEventsAsync(string profileId, int limit, string cursor, CancellationToken cancellationToken);

    /// <summary>Changes with sequences after one, at most <paramref name="limit"/> sequences; and the sequence read up to. All
    /// events of a profile that was taken apart since come with one change, which says so.</summary>
    Task<(IReadOnlyList<ProfileChange> Changes, long Sequence)> ChangesAfterAsync(long sequence, int limit, CancellationToken cancellationToken);

    /// <summary>All live profiles with their events as of one moment, in batches; the last batch carries
    /// the feed sequence of that moment. A profile may come several times, each time with events that came with none before:
    /// so where it has very many, and where it absorbed another one while the scan went on. Documents may be newer.</summary>
    IAsyncEnumerable<(IReadOnlyList<ProfileChange> Profiles, long? Sequence)> ScanAsync(int batch, CancellationToken cancellationToken);

    /// <summary>Where a profile's events lie in the event log, forgotten ones included.</summary>
    IAsyncEnumerable<FeedPosition> EventPositionsAsync(string profileId, CancellationToken cancellationToken);

    /// <summary>Deletes a profile and what belongs to it; returns its canonical and absorbed ids, none where there was
    /// nothing. When it returns, the bytes are gone.</summary>
    Task<IReadOnlyList<string>> EraseAsync(string id, long sequence, CancellationToken cancellationToken);

    /// <summary>Set-aside events, newest first, after a cursor.</summary>
    Task<(IReadOnlyList<DeadLetter> DeadLetters, string NextCursor)> ListDeadLettersAsync(int limit, string cursor, CancellationToken cancellationToken);

    /// <summary>One set-aside event; null where there is none.</summary>
    Task<DeadLetter?> FindDeadLetterAsync(FeedPosition position, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes at most <paramref name="limit"/> events that were set aside before a moment, ms since 1970; returns how many, 0 where
    /// none is left.
    /// </summary>
    Task<int> PruneDeadLettersAsync(long before, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets at most <paramref name="limit"/> events that happened before a moment, ms since 1970; returns how many, 0 where none
    /// is left. They are on no timeline and in no feed any more. Where they lie in the event log stays with the person, who could
    /// not be taken apart otherwise.
    /// </summary>
    Task<int> PruneTimelineAsync(long before, int limit, CancellationToken cancellationToken);
}
