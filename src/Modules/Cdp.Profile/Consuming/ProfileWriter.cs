using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.Telemetry;
using Cdp.Profile.Documents;
using Cdp.Profile.Feed;
using Cdp.Profile.Store;
using Cdp.Profile.Unmerging;
using Microsoft.Extensions.Options;

namespace Cdp.Profile.Consuming;

/// <summary>
/// The one writer of profiles: resolves a round's events to persons, joins what identity merged, takes apart what it split, applies
/// the events, stores it all with the position, and then publishes it. While one round is stored, the next is made ready in memory.
/// </summary>
public sealed class ProfileWriter(
    IdentityService.IdentityServiceClient identity, IProfileStore store, ChangeFeed feed, SplitRebuild rebuild, IOptions<ProfileOptions> options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ProfileCache _cache = new(options.Value.CacheSize);
    private Task _storing = Task.CompletedTask;
    private ProfilePositions? _durable;
    private ProfilePositions? _reached;

    /// <summary>How far everything stored has come; null where that has to be read anew.</summary>
    internal ProfilePositions? Stored => Volatile.Read(ref _durable);

    /// <summary>How far everything stored has come: where to go on in the event log.</summary>
    public async Task<ProfilePositions> PositionsAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _durable) ?? await AloneAsync(ReachedAsync, cancellationToken);

    /// <summary>
    /// Applies a round and begins to store it; returns the profiles that its events went to, in order of the events. Throws
    /// also where the round before could not be stored: then neither is, and both have to be written again.
    /// </summary>
    internal Task<IReadOnlyList<string>> WriteAsync(Round round, FeedPosition? replayed, CancellationToken cancellationToken) => AloneAsync<IReadOnlyList<string>>(
        async stop =>
        {
            var before = await ReachedAsync(stop);
            var batch = ProfileMetrics.Events.Begin(round.Count, round.Events.Select(e => e.Timeline.Traceparent));
            try
            {
                if (batch.IsTraced)
                    round.Events.ForEach(e => e.Timeline.Traceparent = batch.Under(e.Timeline.Traceparent));
                var resolved = await ResolveAsync(round, before.Merge, stop);
                if (resolved.Splits.Count > 0)
                    before = await TakeApartAsync(resolved, before, stop);
                var (commit, changes) = await ApplyAsync(round, resolved, replayed, before, stop);
                await _storing;
                _cache.Trim();
                _reached = commit.Positions;
                _storing = Task.Run(() => StoreAsync(batch, commit, changes, stop), CancellationToken.None);
                return [.. resolved.Resolutions.Select(r => r.ProfileId)];
            }
            catch
            {
                batch.Dispose();
                throw;
            }
        },
        cancellationToken);

    /// <summary>Returns when what was written is stored and published.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => AloneAsync(
        async _ =>
        {
            await _storing;
            return true;
        },
        cancellationToken);

    /// <summary>
    /// Has identity take a person apart, if the profile can be rebuilt; it is by the next round. Nothing is written meanwhile. A
    /// refusal leaves everything as it is. Null where identity did not say whether it did: the next round tells.
    /// </summary>
    internal async Task<Split?> SplitAsync(SplitPersonRequest request, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            // Whether that succeeds is for the next round to say.
            await _storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await rebuild.RequireAsync(request, cancellationToken);
            return await rebuild.SplitAsync(request);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Deletes a profile; false where there was nothing.</summary>
    public Task<bool> EraseAsync(string id, CancellationToken cancellationToken) => AloneAsync(
        async stop =>
        {
            await _storing;
            var sequence = (await ReachedAsync(stop)).Feed + 1;
            // Whatever happens, memory may hold what is no more, and the sequence may be used.
            Forget();
            var erased = await store.EraseAsync(id, sequence, stop);
            if (erased.Count == 0)
                return false;
            feed.Publish(
                [.. erased.Select(e => new ProfileChange { Sequence = sequence, Deleted = true, Profile = new ProfileDocument { Id = e } })], sequence);
            return true;
        },
        cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _writing.Dispose();

    private async Task<T> AloneAsync<T>(Func<CancellationToken, Task<T>> step, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            return await step(cancellationToken);
        }
        catch
        {
            // Memory may be ahead of what is stored. Once nothing is being stored any more, it begins anew from there; a
            // failure of that is the one that is thrown, or comes on top of it.
            await _storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _storing = Task.CompletedTask;
            Forget();
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }

    private void Forget()
    {
        _cache.Clear();
        _reached = null;
        Volatile.Write(ref _durable, null);
    }

    private async Task<ProfilePositions> ReachedAsync(CancellationToken cancellationToken) =>
        _reached ??= _durable = await store.PositionsAsync(cancellationToken);

    private async Task StoreAsync(FeedBatch batch, ProfileCommit commit, List<ProfileChange> changes, CancellationToken cancellationToken)
    {
        using (batch)
        {
            await StoreAsync(commit, changes, cancellationToken);
            batch.Complete();
        }
    }

    private async Task StoreAsync(ProfileCommit commit, List<ProfileChange> changes, CancellationToken cancellationToken)
    {
        await store.CommitAsync(commit, cancellationToken);
        Volatile.Write(ref _durable, commit.Positions);
        feed.Publish(changes, commit.Positions.Feed);
        ProfileMetrics.Changed.Add(changes.Count);
        ProfileMetrics.DeadLetters.Add(commit.DeadLetters.Count);
    }

    // Each split by itself, after all that came before it: it begins with what is stored. Leaves in the answer what comes after.
    private async Task<ProfilePositions> TakeApartAsync(ResolveResponse resolved, ProfilePositions before, CancellationToken cancellationToken)
    {
        await _storing;
        foreach (var split in resolved.Splits)
        {
            var earlier = new ResolveResponse { Merges = { resolved.Merges.TakeWhile(m => m.Sequence < split.Sequence) } };
            if (earlier.Merges.Count > 0)
            {
                var (merged, changes) = await ApplyAsync(Round.Empty(), earlier, replayed: null, before, cancellationToken);
                await StoreAsync(merged, changes, cancellationToken);
                before = merged.Positions;
                foreach (var merge in earlier.Merges)
                    resolved.Merges.Remove(merge);
            }
            var (commit, parts) = await rebuild.RebuildAsync(split, before, Now(), cancellationToken);
            await store.CommitAsync(commit, cancellationToken);
            Volatile.Write(ref _durable, commit.Positions);
            _reached = before = commit.Positions;
            _cache.Remove(split.PersonId);
            foreach (var part in parts)
                _cache.Add(part);
            feed.Announce(before.Feed);
            ProfileMetrics.Changed.Add(parts.Count);
        }
        return before;
    }

    private async Task<(ProfileCommit Commit, List<ProfileChange> Changes)> ApplyAsync(
        Round round, ResolveResponse resolved, FeedPosition? replayed, ProfilePositions before, CancellationToken cancellationToken)
    {
        await LoadAsync(resolved, cancellationToken);
        var work = new RoundWork(_cache);
        foreach (var merge in resolved.Merges)
            work.Merge(merge, Now());
        for (var i = 0; i < round.Events.Count; i++)
            work.Apply(round.Events[i], resolved.Resolutions[i], Now(), isReplay: replayed is not null);

        var events = new Dictionary<int, long>(before.Events);
        foreach (var (partition, next) in round.Positions)
            events[partition] = Math.Max(next, events.GetValueOrDefault(partition));
        var commit = work.Complete(
            new ProfilePositions(events, resolved.Merges.Count > 0 ? resolved.Merges[^1].Sequence : before.Merge, before.Feed), Now(), out var changes);
        commit.DeadLetters.AddRange(round.Failed);
        if (replayed is not null)
            commit.ReplayedDeadLetters.Add(replayed);
        return (commit, changes);
    }

    private async Task<ResolveResponse> ResolveAsync(Round round, long mergesAfter, CancellationToken cancellationToken)
    {
        var request = new ResolveRequest { MergesAfter = mergesAfter, RulesVersion = round.RulesVersion, Events = { round.Events.Select(ResolveEvents.Of) } };
        return await identity.ResolveAsync(request, cancellationToken: cancellationToken);
    }

    private async Task LoadAsync(ResolveResponse resolved, CancellationToken cancellationToken)
    {
        var missing = resolved.Resolutions.Select(r => r.ProfileId)
            .Concat(resolved.Merges.Select(m => m.SurvivorId))
            .Concat(resolved.Merges.Select(m => m.AbsorbedId))
            .Where(id => id.Length > 0 && _cache.Find(id) is null)
            .ToHashSet(StringComparer.Ordinal);
        if (missing.Count == 0)
            return;
        foreach (var stored in await store.LoadAsync(missing, cancellationToken))
        {
            if (_cache.Find(stored.Document.Id) is null)
                _cache.Add(ProfileState.Load(stored));
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
