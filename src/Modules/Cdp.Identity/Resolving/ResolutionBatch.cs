using Cdp.Contracts.Ids;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;

namespace Cdp.Identity.Resolving;

/// <summary>
/// One batch while it is decided. The algorithm is Segment Unify's: find all persons that match any identifier; none:
/// create; one: extend; more: merge. Where the result would exceed a limit, the event's identifier of lowest priority is
/// left out and the rest is tried again. An alias states that its identifiers are one person, whatever the types' limits.
/// Identifiers that a split has separated do not count together. Other strategies than merging choose before.
/// </summary>
internal sealed class ResolutionBatch(
    Dictionary<IdentifierKey, PersonState> known, RuleSet rules, Separations separations, IdentitySequences last, TimeProvider time)
{
    private readonly List<(PersonState? Person, List<IdentifierKey> Keys)> _resolved = [];
    private readonly List<PersonState> _matched = [];
    private readonly LimitCheck _limits = new(rules, known);
    private readonly StrategyChoice _strategy = new(rules, known);

    private long NextTie => last.Tie + Changes.Ties.Count + 1;

    public IdentityChanges Changes { get; } = new();

    /// <summary>Persons that have absorbed many since the batch began, with how many.</summary>
    public Dictionary<string, int> Crowded { get; } = [];

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
        if (separations.IsEmpty)
        {
            _resolved.Add((Decide(source, keys), keys));
            return;
        }
        var groups = separations.Group(keys, source.Alias);
        _resolved.Add((Decide(source, groups[0]), groups[0]));
        // What else came together on the event is still one person.
        foreach (var group in groups.Skip(1).Where(g => g.Count > 1))
            Decide(source, group);
    }

    private PersonState Decide(ResolveEvent source, List<IdentifierKey> keys)
    {
        IReadOnlyList<Link> links = _strategy.Applies(source) ? _strategy.Choose(source, keys) : [];
        Match(keys);
        while (keys.Count > 1 && _limits.Exceeds(source, _matched, keys))
        {
            keys.RemoveAt(keys.Count - 1);
            Dropped++;
            Match(keys);
        }
        var person = _matched.Count switch
        {
            0 => Create(keys[0]),
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
        if (keys.Count > 1)
            Tie(source, keys, person);
        foreach (var link in links)
            AddLink(link, person);
        return person;
    }

    /// <summary>Persons as they are at the end of the batch.</summary>
    public IEnumerable<Resolution> Answer()
    {
        foreach (var (person, keys) in _resolved)
        {
            var resolution = new Resolution { ProfileId = person?.Canonical.Id ?? "", CreatedAt = person?.Canonical.CreatedAt ?? 0 };
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

    private PersonState Create(IdentifierKey first)
    {
        var person = new PersonState(Id.New("", time), time.GetUtcNow().ToUnixTimeMilliseconds());
        Changes.Created.Add(new Founder(person.Id, person.CreatedAt, first));
        return person;
    }

    private void Tie(ResolveEvent source, List<IdentifierKey> keys, PersonState person)
    {
        if (!person.AddTie(TieHash.Of(keys)))
            return;
        var tie = new Tie
        {
            Sequence = NextTie,
            Position = source.Position,
            SourceId = source.SourceId,
            MessageId = source.MessageId,
            Timestamp = source.Timestamp,
            Rule = source.Alias ? TieRule.Alias : TieRule.SharedIdentifier,
        };
        foreach (var key in keys)
            tie.Identifiers.Add(key.ToMessage());
        Changes.Ties.Add((person.Id, tie));
    }

    // A limit may have left the login out; then it is no login of this person.
    private void AddLink(Link link, PersonState known)
    {
        if (known.Identifiers.ContainsKey(TieKeys.Of(link.Known)) && known.AddLink(TieHash.Of(TieKeys.Of(link.Anonymous), TieKeys.Of(link.Known))))
            Changes.Links.Add(link);
    }

    private PersonState Merge(ResolveEvent source, List<IdentifierKey> keys)
    {
        // Ids sort by creation: the oldest survives, whatever the order of the event's identifiers.
        _matched.Sort((left, right) => string.CompareOrdinal(left.Id, right.Id));
        var survivor = _matched[0];
        var before = survivor.Absorbed;
        var peer = keys.First(survivor.Identifiers.ContainsKey);
        foreach (var absorbed in _matched.Skip(1))
        {
            var cause = keys.First(absorbed.Identifiers.ContainsKey);
            Changes.Merges.Add(new Merge
            {
                Sequence = last.Merge + Changes.Merges.Count + 1,
                SurvivorId = survivor.Id,
                AbsorbedId = absorbed.Id,
                Cause = cause.ToMessage(),
                Position = source.Position,
                SourceId = source.SourceId,
                MessageId = source.MessageId,
                MergedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
                Rule = source.Alias ? TieRule.Alias : TieRule.SharedIdentifier,
                Peer = peer.ToMessage(),
                // The identifiers of a merge have not come together before.
                Tie = NextTie,
            });
            survivor.Absorb(absorbed);
        }
        if (CrowdAlert.IsDue(before, survivor.Absorbed))
            Crowded[survivor.Id] = survivor.Absorbed;
        return survivor;
    }
}
