using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;

namespace Cdp.Identity.Resolving;

/// <summary>Decides batches of events with what memory holds of a store, and commits them to it. One batch at a time.</summary>
/// <param name="store">Where the persons are.</param>
/// <param name="separating">Where the separations are that hold.</param>
/// <param name="cacheSize">Identifiers that memory holds before it is emptied.</param>
/// <param name="time">The clock.</param>
internal sealed class BatchResolver(IIdentityStore store, IIdentityStore separating, int cacheSize, TimeProvider time)
{
    private readonly Dictionary<IdentifierKey, PersonState> _known = [];
    private IdentitySequences? _last;
    private Separations? _separations;

    /// <summary>Decides a batch; it is durable when this returns. After an exception, <see cref="Forget"/>.</summary>
    public async Task<(ResolutionBatch Batch, IdentitySequences Before)> ResolveAsync(IReadOnlyCollection<ResolveEvent> sources, RuleSet rules, CancellationToken cancellationToken)
    {
        var last = _last ??= await store.SequencesAsync(cancellationToken);
        _separations ??= new Separations(await separating.SeparationsAsync(cancellationToken));
        var events = new List<(ResolveEvent Event, List<IdentifierKey> Keys)>(sources.Count);
        foreach (var source in sources)
            events.Add((source, EventKeys.Of(source, rules)));
        await LoadAsync(events, cancellationToken);

        var batch = new ResolutionBatch(_known, rules, _separations, last, time);
        foreach (var (source, keys) in events)
            batch.Resolve(source, keys);
        if (!batch.Changes.IsEmpty)
            await store.CommitAsync(batch.Changes, cancellationToken);
        _last = new IdentitySequences(last.Merge + batch.Changes.Merges.Count, last.Tie + batch.Changes.Ties.Count);
        return (batch, last);
    }

    /// <summary>Empties memory: the store has changed, or memory may be ahead of it.</summary>
    public void Forget()
    {
        _known.Clear();
        _last = null;
        _separations = null;
    }

    private async Task LoadAsync(List<(ResolveEvent Event, List<IdentifierKey> Keys)> events, CancellationToken cancellationToken)
    {
        if (_known.Count > cacheSize)
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
                ?? new PersonState(stored.Id, stored.CreatedAt) { Absorbed = stored.Absorbed };
            foreach (var hash in stored.Ties)
                person.AddTie(hash);
            foreach (var identifier in stored.Identifiers)
            {
                person.Identifiers[identifier.Key] = identifier;
                _known[identifier.Key] = person;
            }
        }
    }
}
