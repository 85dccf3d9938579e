using System.Runtime.InteropServices;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;

namespace Cdp.Identity.Resolving;

/// <summary>
/// Whether a person would have too many identifiers. A person who has too many already (rules changed, or an alias) is not
/// held up: only growth beyond the limit is refused.
/// </summary>
internal sealed class LimitCheck(RuleSet rules, Dictionary<IdentifierKey, PersonState> known)
{
    /// <summary>Most identifiers on one person, whatever their types: what one id ties together beyond that is no person.</summary>
    public const int MostIdentifiers = 20_000;

    private readonly Dictionary<string, Counts> _counts = new(StringComparer.Ordinal);

    /// <summary>Whether the persons, merged and extended by those keys that nobody holds, exceed a limit.</summary>
    public bool Exceeds(ResolveEvent source, List<PersonState> persons, List<IdentifierKey> keys)
    {
        var total = 0;
        var most = 0;
        var added = 0;
        foreach (var key in keys)
            added += known.ContainsKey(key) ? 0 : 1;
        foreach (var person in persons)
        {
            total += person.Identifiers.Count;
            most = Math.Max(most, person.Identifiers.Count);
        }
        if (persons.Count == 1 && added == 0)
            return false;
        if (total + added > MostIdentifiers && total + added > most)
            return true;
        return ExceedsByType(source, persons, keys);
    }

    private bool ExceedsByType(ResolveEvent source, List<PersonState> persons, List<IdentifierKey> keys)
    {
        _counts.Clear();
        foreach (var key in keys)
        {
            if (!known.ContainsKey(key))
                CollectionsMarshal.GetValueRefOrAddDefault(_counts, key.Type, out _).Together++;
        }
        foreach (var person in persons)
        {
            foreach (var (key, identifier) in person.Identifiers)
            {
                if (identifier.CreatedAt < rules.CountsSince(key.Type, source.Timestamp))
                    continue;
                ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, key.Type, out _);
                counts.Add(person);
            }
        }
        foreach (var (type, counts) in _counts)
        {
            // An alias passes limits; nothing makes one person of two with different values of a unique type.
            if (source.Alias && !rules.IsUnique(type))
                continue;
            if (counts.Together > rules.Limit(type) && counts.Together > counts.Most)
                return true;
        }
        return false;
    }

    private struct Counts
    {
        private PersonState? _person;
        private int _ofPerson;

        /// <summary>Values on all persons together, new ones included.</summary>
        public int Together;

        /// <summary>Values on the person who has most.</summary>
        public int Most;

        public void Add(PersonState person)
        {
            Together++;
            _ofPerson = _person == person ? _ofPerson + 1 : 1;
            _person = person;
            Most = Math.Max(Most, _ofPerson);
        }
    }
}
