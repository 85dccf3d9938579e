using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Documents;
using Cdp.Profile.Feed;
using Cdp.Profile.Store;
using Microsoft.Extensions.Options;

namespace Cdp.Profile.Consuming;

/// <summary>
/// The one writer of profiles: resolves a round's events to persons, joins what identity merged, applies the events, stores
/// it all with the position, and then publishes it.
/// </summary>
public sealed class ProfileWriter(
    IdentityService.IdentityServiceClient identity, IProfileStore store, ChangeFeed feed, IOptions<ProfileOptions> options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ProfileCache _cache = new(options.Value.CacheSize);
    private ProfilePositions? _positions;

    /// <summary>Where to go on in the event log.</summary>
    public async Task<ProfilePositions> PositionsAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            return await LoadPositionsAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Applies and stores a round; returns the profiles that its events went to, in order of the events.</summary>
    internal async Task<IReadOnlyList<string>> WriteAsync(Round round, FeedPosition? replayed, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            return await WriteAloneAsync(round, replayed, cancellationToken);
        }
        catch
        {
            // What memory holds may be ahead of what is stored.
            _cache.Clear();
            _positions = null;
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Deletes a profile; false where there was nothing.</summary>
    public async Task<bool> EraseAsync(string id, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            var positions = await LoadPositionsAsync(cancellationToken);
            var sequence = positions.Feed + 1;
            // Whatever happens, memory may hold what is no more, and the sequence may be used.
            _cache.Clear();
            _positions = null;
            var erased = await store.EraseAsync(id, sequence, cancellationToken);
            if (erased.Count == 0)
                return false;
            feed.Publish(
                [.. erased.Select(e => new ProfileChange { Sequence = sequence, Deleted = true, Profile = new ProfileDocument { Id = e } })], sequence);
            return true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _writing.Dispose();

    private async Task<ProfilePositions> LoadPositionsAsync(CancellationToken cancellationToken) =>
        _positions ??= await store.PositionsAsync(cancellationToken);

    private async Task<IReadOnlyList<string>> WriteAloneAsync(Round round, FeedPosition? replayed, CancellationToken cancellationToken)
    {
        var before = await LoadPositionsAsync(cancellationToken);
        var resolved = await ResolveAsync(round, before.Merge, cancellationToken);
        var work = new RoundWork(_cache);
        await LoadAsync(resolved, cancellationToken);

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

        await store.CommitAsync(commit, cancellationToken);
        _positions = commit.Positions;
        feed.Publish(changes, commit.Positions.Feed);
        _cache.Trim();
        ProfileMetrics.Applied.Add(round.Events.Count);
        ProfileMetrics.Changed.Add(changes.Count);
        return [.. resolved.Resolutions.Select(r => r.ProfileId)];
    }

    private async Task<ResolveResponse> ResolveAsync(Round round, long mergesAfter, CancellationToken cancellationToken)
    {
        var request = new ResolveRequest { MergesAfter = mergesAfter };
        foreach (var source in round.Events)
        {
            var resolve = new ResolveEvent
            {
                Position = source.Position,
                Alias = source.Type == Contracts.Collection.V1.EventType.Alias,
                SourceId = source.Timeline.SourceId,
                MessageId = source.Timeline.MessageId,
                Timestamp = source.Timeline.Timestamp,
            };
            resolve.Identifiers.AddRange(source.Identifiers);
            request.Events.Add(resolve);
        }
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
