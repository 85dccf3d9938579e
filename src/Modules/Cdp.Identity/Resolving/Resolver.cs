using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Microsoft.Extensions.Options;

namespace Cdp.Identity.Resolving;

/// <summary>
/// Resolves batches of events to persons: all persons that hold an identifier of the event are one, unless a limit says
/// otherwise. A batch is decided in memory and stored in one commit before anybody hears of it.
/// </summary>
public sealed class Resolver(IIdentityStore store, RulesInForce inForce, IOptions<IdentityOptions> options, TimeProvider time) : IDisposable
{
    // An event of 32 KB could carry a thousand; beyond this, those of lowest priority are left out.
    private const int MostIdentifiersOfEvent = 50;
    private readonly SemaphoreSlim _resolving = new(1, 1);
    private readonly Dictionary<IdentifierKey, PersonState> _known = [];
    private long? _lastMerge;

    /// <summary>Resolves a batch; see the proto for the contract.</summary>
    public async Task<ResolveResponse> ResolveAsync(ResolveRequest request, CancellationToken cancellationToken)
    {
        await _resolving.WaitAsync(cancellationToken);
        using var batch = IdentityMetrics.Events.Begin(request.Events.Count, request.Events.Select(e => e.Traceparent));
        try
        {
            var response = await ResolveAloneAsync(request, cancellationToken);
            batch.Complete();
            return response;
        }
        catch
        {
            // What memory holds may be ahead of what is stored.
            _known.Clear();
            _lastMerge = null;
            throw;
        }
        finally
        {
            _resolving.Release();
        }
    }

    /// <summary>Changes something while nothing is resolved.</summary>
    public async Task<T> AloneAsync<T>(Func<CancellationToken, Task<T>> change, CancellationToken cancellationToken)
    {
        await _resolving.WaitAsync(cancellationToken);
        try
        {
            return await change(cancellationToken);
        }
        finally
        {
            _resolving.Release();
        }
    }

    /// <summary>Forgets a person in memory and in the store.</summary>
    public async Task<IReadOnlyList<string>> EraseAsync(string id, CancellationToken cancellationToken)
    {
        await _resolving.WaitAsync(cancellationToken);
        try
        {
            _known.Clear();
            return await store.EraseAsync(id, cancellationToken);
        }
        finally
        {
            _resolving.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _resolving.Dispose();

    private async Task<ResolveResponse> ResolveAloneAsync(ResolveRequest request, CancellationToken cancellationToken)
    {
        var rules = await inForce.GetAsync(request.RulesVersion, cancellationToken);
        _lastMerge ??= await store.LastMergeAsync(cancellationToken);
        var before = _lastMerge.Value;
        var events = Normalise(request, rules);
        await LoadAsync(events, cancellationToken);

        var batch = new ResolutionBatch(_known, rules, before, time);
        foreach (var (source, keys) in events)
            batch.Resolve(source, keys);
        if (!batch.Changes.IsEmpty)
            await store.CommitAsync(batch.Changes, cancellationToken);
        _lastMerge = before + batch.Changes.Merges.Count;
        Record(batch);

        var response = new ResolveResponse { Resolutions = { batch.Answer() } };
        if (request.MergesAfter < _lastMerge)
        {
            response.Merges.AddRange(request.MergesAfter == before
                ? batch.Changes.Merges
                : await store.MergesAfterAsync(request.MergesAfter, cancellationToken));
        }
        return response;
    }

    private static List<(ResolveEvent Event, List<IdentifierKey> Keys)> Normalise(ResolveRequest request, RuleSet rules)
    {
        var events = new List<(ResolveEvent, List<IdentifierKey>)>(request.Events.Count);
        foreach (var source in request.Events)
            events.Add((source, Normalise(source, rules)));
        return events;
    }

    // By priority; of the same type in the order of the event.
    private static List<IdentifierKey> Normalise(ResolveEvent source, RuleSet rules)
    {
        var keys = new List<IdentifierKey>(source.Identifiers.Count);
        foreach (var identifier in source.Identifiers)
        {
            if (!rules.TryNormalise(identifier, out var key) || keys.Contains(key))
                continue;
            var at = keys.Count;
            while (at > 0 && rules.Compare(keys[at - 1].Type, key.Type) > 0)
                at--;
            keys.Insert(at, key);
            if (keys.Count > MostIdentifiersOfEvent)
                keys.RemoveAt(MostIdentifiersOfEvent);
        }
        return keys;
    }

    private async Task LoadAsync(List<(ResolveEvent Event, List<IdentifierKey> Keys)> events, CancellationToken cancellationToken)
    {
        if (_known.Count > options.Value.CacheSize)
            _known.Clear();
        var unknown = new HashSet<IdentifierKey>();
        foreach (var (_, keys) in events)
        {
            foreach (var key in keys)
            {
                if (!_known.ContainsKey(key))
                    unknown.Add(key);
            }
        }
        if (unknown.Count == 0)
            return;
        foreach (var stored in await store.FindAsync(unknown, cancellationToken))
        {
            var person = stored.Identifiers.Select(i => _known.GetValueOrDefault(i.Key)?.Canonical).FirstOrDefault(p => p?.Id == stored.Id)
                ?? new PersonState(stored.Id, stored.CreatedAt);
            foreach (var identifier in stored.Identifiers)
            {
                person.Identifiers[identifier.Key] = identifier;
                _known[identifier.Key] = person;
            }
        }
    }

    private static void Record(ResolutionBatch batch)
    {
        IdentityMetrics.Created.Add(batch.Changes.Created.Count);
        IdentityMetrics.Merged.Add(batch.Changes.Merges.Count);
        IdentityMetrics.LimitDrops.Add(batch.Dropped);
    }
}
