using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Store;

namespace Cdp.Profile.Tests.Fakes;

/// <summary>A store whose commits fail when told to: before anything is stored, or after all of it is.</summary>
internal sealed class FailingProfileStore(IProfileStore store) : IProfileStore
{
    /// <summary>What a commit waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public bool FailBefore { get; set; }

    public bool FailAfter { get; set; }

    public async Task CommitAsync(ProfileCommit commit, CancellationToken cancellationToken)
    {
        await Gate;
        if (FailBefore)
            throw new IOException("No space is left.");
        await store.CommitAsync(commit, cancellationToken);
        if (FailAfter)
            throw new IOException("The answer was lost.");
    }

    public Task<ProfilePositions> PositionsAsync(CancellationToken cancellationToken) => store.PositionsAsync(cancellationToken);

    public Task<IReadOnlyList<StoredProfile>> LoadAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => store.LoadAsync(ids, cancellationToken);

    public Task<long> CountAsync(CancellationToken cancellationToken) => store.CountAsync(cancellationToken);

    public Task<(IReadOnlyList<TimelineEvent> Events, string NextCursor)> ListEventsAsync(string profileId, int limit, string cursor, CancellationToken cancellationToken) =>
        store.ListEventsAsync(profileId, limit, cursor, cancellationToken);

    public Task<(IReadOnlyList<ProfileChange> Changes, long Sequence)> ChangesAfterAsync(long sequence, int limit, CancellationToken cancellationToken) =>
        store.ChangesAfterAsync(sequence, limit, cancellationToken);

    public IAsyncEnumerable<(IReadOnlyList<ProfileChange> Profiles, long? Sequence)> ScanAsync(int batch, CancellationToken cancellationToken) =>
        store.ScanAsync(batch, cancellationToken);

    public IAsyncEnumerable<FeedPosition> EventPositionsAsync(string profileId, CancellationToken cancellationToken) =>
        store.EventPositionsAsync(profileId, cancellationToken);

    public Task<IReadOnlyList<string>> EraseAsync(string id, long sequence, CancellationToken cancellationToken) => store.EraseAsync(id, sequence, cancellationToken);

    public Task<(IReadOnlyList<DeadLetter> DeadLetters, string NextCursor)> ListDeadLettersAsync(int limit, string cursor, CancellationToken cancellationToken) =>
        store.ListDeadLettersAsync(limit, cursor, cancellationToken);

    public Task<DeadLetter?> FindDeadLetterAsync(FeedPosition position, CancellationToken cancellationToken) => store.FindDeadLetterAsync(position, cancellationToken);

    public Task<int> PruneDeadLettersAsync(long before, int limit, CancellationToken cancellationToken) => store.PruneDeadLettersAsync(before, limit, cancellationToken);

    public Task<int> PruneTimelineAsync(long before, int limit, CancellationToken cancellationToken) => store.PruneTimelineAsync(before, limit, cancellationToken);
}
