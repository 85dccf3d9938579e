using Cdp.Contracts.Ids;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;

namespace Cdp.Identity.Resolving;

/// <summary>
/// One batch while it is decided. The algorithm is Segment Unify's: find all persons that match any identifier; none:
/// create; one: extend; more: merge. Where the result would exceed a limit, the event's identifier of lowest priority is
/// left out and the rest is tried again. An alias states that its identifiers are one person, whatever the types' limits.
/// </summary>
internal sealed class ResolutionBatch(Dictionary<IdentifierKey, PersonState> known, RuleSet rules, long lastMerge, TimeProvider time)
{
    private readonly List<(PersonState? Person, List<IdentifierKey> Keys)> _resolved = [];
    private readonly List<PersonState> _matched = [];
    private readonly LimitCheck _limits = new(rules, known);

    public IdentityChanges Changes { get; } = new();

    /// <summary>Identifiers left out because of limits.</summary>
    public int Dropped { get; private set; }

    /// <summary>Decides one event; its keys are in order of priority, highest first.</summary>
    public void Resolve(ResolveEvent source, List<IdentifierKey> keys)
    {
        if (keys.Count == 0)
        {
            _resolved.Add((null, keys));
            return;
        }
        Match(keys);
        while (keys.Count > 1 && _limits.Exceeds(source, _matched, keys))
        {
            keys.RemoveAt(keys.Count - 1);
            Dropped++;
            Match(keys);
        }
        var person = _matched.Count switch
        {
            0 => Create(),
            1 => _matched[0],
            _ => Merge(source, keys),
        };
        foreach (var key in keys)
        {
            if (person.Identifiers.ContainsKey(key))
                continue;
            var identifier = new StoredIdentifier(key, source.Timestamp, source.SourceId, source.MessageId);
            person.Identifiers[key] = identifier;
            known[key] = person;
            Changes.Added.Add((person.Id, identifier));
        }
        _resolved.Add((person, keys));
    }

    /// <summary>Persons as they are at the end of the batch.</summary>
    public IEnumerable<Resolution> Answer()
    {
        foreach (var (person, keys) in _resolved)
        {
            var resolution = new Resolution { ProfileId = person?.Canonical.Id ?? "" };
            foreach (var key in keys)
                resolution.Identifiers.Add(key.ToMessage());
            yield return resolution;
        }
    }

    private void Match(List<IdentifierKey> keys)
    {
        _matched.Clear();
        foreach (var key in keys)
        {
            if (known.TryGetValue(key, out var person) && !_matched.Contains(person.Canonical))
                _matched.Add(person.Canonical);
        }
    }

    private PersonState Create()
    {
        var person = new PersonState(Id.New("", time), time.GetUtcNow().ToUnixTimeMilliseconds());
        Changes.Created.Add((person.Id, person.CreatedAt));
        return person;
    }

    private PersonState Merge(ResolveEvent source, List<IdentifierKey> keys)
    {
        // Ids sort by creation: the oldest survives, whatever the order of the event's identifiers.
        _matched.Sort((left, right) => string.CompareOrdinal(left.Id, right.Id));
        var survivor = _matched[0];
        foreach (var absorbed in _matched.Skip(1))
        {
            var cause = keys.First(absorbed.Identifiers.ContainsKey);
            Changes.Merges.Add(new Merge
            {
                Sequence = lastMerge + Changes.Merges.Count + 1,
                SurvivorId = survivor.Id,
                AbsorbedId = absorbed.Id,
                Cause = cause.ToMessage(),
                Position = source.Position,
                SourceId = source.SourceId,
                MessageId = source.MessageId,
                MergedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
                Rule = source.Alias ? "alias" : "shared_identifier",
            });
            foreach (var key in absorbed.Identifiers.Keys)
                known[key] = survivor;
            survivor.Absorb(absorbed);
        }
        return survivor;
    }
}
