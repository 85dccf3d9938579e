using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Feed;
using Cdp.SegmentSearch.Segments;
using Cdp.SegmentSearch.Store;

namespace Cdp.SegmentSearch.Writing;

/// <summary>
/// The one writer of the index and of memberships. What a round came to is stored in one transaction with its position and
/// published after that. Where the store fails, memory is ahead: the commit is kept, and nothing goes on before it is stored.
/// </summary>
internal sealed class MembershipWriter(SegmentState state, ISegmentStore store, MembershipFeed feed, TimeProvider time) : IDisposable
{
    private const int DueAtOnce = 10_000;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private (SegmentCommit Commit, MembershipRound Round)? _unsaved;
    private SegmentPositions _reached;

    /// <summary>Sequence of the feed of changed profiles that the index includes.</summary>
    public long ProfileSequence => _reached.Profile;

    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Runs a step that changes what only one may change at a time.</summary>
    public async Task<T> AloneAsync<T>(Func<Task<T>> step, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await SaveAsync(cancellationToken);
            return await step();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Applies changes of profiles, up to a sequence of their feed.</summary>
    public Task ApplyAsync(IReadOnlyCollection<ProfileChange> changes, long sequence, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            using var batch = SegmentMetrics.ProfileChanges.Begin(changes.Count, changes.SelectMany(c => c.Events).Select(e => e.Traceparent));
            var round = NewRound(MembershipCause.Profile);
            Change(round, () =>
            {
                foreach (var change in changes)
                {
                    state.Index.Apply(change, round);
                    if (change.Events.LastOrDefault(e => e.Traceparent.Length > 0) is { } traced)
                        round.Trace(change.Profile.Id, batch.Under(traced.Traceparent));
                }
                state.Index.Sequence = sequence;
            });
            await KeepAsync(round, sequence, [], cancellationToken);
            batch.Complete();
            return true;
        }, cancellationToken);

    /// <summary>Asks again what time alone may have changed.</summary>
    public Task AdvanceAsync(CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            for (var more = state.IsLoaded; more;)
            {
                var round = NewRound(MembershipCause.Time);
                more = TakeDue(round);
                Change(round, () => { });
                await KeepAsync(round, _reached.Profile, [], cancellationToken);
            }
            return true;
        }, cancellationToken);

    /// <summary>Forgets profiles by their ids, in memory and in the store.</summary>
    public Task EraseAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            var round = NewRound(MembershipCause.Erasure);
            Change(round, () =>
            {
                foreach (var id in ids)
                    state.Index.Remove(id, round);
            });
            await KeepAsync(round, _reached.Profile, ids, cancellationToken);
            return true;
        }, cancellationToken);

    /// <summary>Lets go of events that happened before a moment and do not count any more; returns how many.</summary>
    public Task<int> ForgetEventsAsync(long before, CancellationToken cancellationToken) =>
        AloneAsync(() => Task.FromResult(state.Index.Write(() => state.Index.Forget(before))), cancellationToken);

    /// <summary>Begins anew from what is stored; what was not stored was not published either.</summary>
    internal async Task ResetAsync(CancellationToken cancellationToken)
    {
        _unsaved = null;
        _reached = await store.PositionsAsync(cancellationToken);
        state.Durable = _reached;
    }

    /// <summary>Stores what a round came to; where that fails, keeps it to be stored before anything else.</summary>
    internal async Task KeepAsync(MembershipRound round, long profileSequence, IReadOnlyCollection<string> erased, CancellationToken cancellationToken)
    {
        _unsaved = (CommitOf(round, profileSequence, defined: null, erased), round);
        _reached = _unsaved.Value.Commit.Positions;
        await SaveAsync(cancellationToken);
    }

    /// <summary>Stores a definition with what the round came to; where that fails, it is as if it had not been.</summary>
    internal async Task DefineAsync(MembershipRound round, SegmentDefinition definition, CancellationToken cancellationToken)
    {
        var commit = CommitOf(round, _reached.Profile, definition, []);
        try
        {
            await store.CommitAsync(commit, cancellationToken);
        }
        catch
        {
            state.Index.Write(() =>
            {
                round.Undo();
                return true;
            });
            throw;
        }
        _reached = commit.Positions;
        state.Catalog = round.Catalog;
        Publish(commit, round);
    }

    /// <summary>Deletes a segment.</summary>
    internal async Task DeleteAsync(string key, SegmentCatalog without, CancellationToken cancellationToken)
    {
        await store.CommitAsync(new SegmentCommit { Positions = _reached, Deleted = key }, cancellationToken);
        state.Catalog = without;
    }

    /// <inheritdoc />
    public void Dispose() => _writing.Dispose();

    private MembershipRound NewRound(MembershipCause cause) => new(state.Catalog, state.Index, cause, Now);

    // A failure in the middle leaves memory in a state that nobody knows: it is built again.
    private void Change(MembershipRound round, Action change)
    {
        try
        {
            state.Index.Write(() =>
            {
                change();
                round.Evaluate();
                return true;
            });
        }
        catch
        {
            state.MarkLost();
            throw;
        }
    }

    private static bool TakeDue(MembershipRound round)
    {
        var taken = 0;
        for (var rank = 0; rank < round.Catalog.Ranked.Count; rank++)
        {
            var only = new SegmentMask(round.Catalog.Ranked.Count);
            only.Add(rank);
            while (round.Catalog.Ranked[rank].Schedule.TryTake(round.Now, out var profile))
            {
                round.AskIfLive(profile, only);
                if (++taken == DueAtOnce)
                    return true;
            }
        }
        return false;
    }

    private SegmentCommit CommitOf(MembershipRound round, long profileSequence, SegmentDefinition? defined, IReadOnlyCollection<string> erased)
    {
        var sequence = _reached.Feed;
        foreach (var change in round.Changes)
            change.Sequence = ++sequence;
        foreach (var change in round.Erasures)
            change.Sequence = ++sequence;
        return new SegmentCommit
        {
            Positions = new SegmentPositions(profileSequence, sequence),
            Defined = defined,
            Changes = round.Changes,
            Erased = [.. round.Erased, .. erased],
        };
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (_unsaved is not { } unsaved)
            return;
        // Without a result there is nothing to lose: the index is built again at start anyway.
        if (unsaved.Commit.Changes.Count > 0 || unsaved.Commit.Erased.Count > 0)
            await store.CommitAsync(unsaved.Commit, cancellationToken);
        _unsaved = null;
        Publish(unsaved.Commit, unsaved.Round);
    }

    // The positions come last: who waits for them finds everything else in place.
    private void Publish(SegmentCommit commit, MembershipRound round)
    {
        SegmentMetrics.Evaluated.Add(round.Evaluations);
        if (commit.Erased.Count > 0)
            feed.Forget();
        if (round.Changes.Count + round.Erasures.Count > 0)
        {
            foreach (var segment in round.Catalog.Ranked)
                segment.Size = segment.Members.Count;
            SegmentMetrics.Changed.Add(round.Changes.Count);
            feed.Publish([.. round.Changes, .. round.Erasures]);
        }
        state.Durable = commit.Positions;
    }
}
