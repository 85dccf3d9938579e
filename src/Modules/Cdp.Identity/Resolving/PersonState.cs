using Cdp.Identity.Rules;
using Cdp.Identity.Store;

namespace Cdp.Identity.Resolving;

/// <summary>A person in memory. After a merge the absorbed one points to its survivor.</summary>
internal sealed class PersonState(string id, long createdAt)
{
    private PersonState? _mergedInto;

    public string Id { get; } = id;

    public long CreatedAt { get; } = createdAt;

    public Dictionary<IdentifierKey, StoredIdentifier> Identifiers { get; } = [];

    /// <summary>The person that this one is today.</summary>
    public PersonState Canonical
    {
        get
        {
            if (_mergedInto is null)
                return this;
            // Paths are shortened as they are walked, so that long chains of merges stay cheap.
            return _mergedInto = _mergedInto.Canonical;
        }
    }

    /// <summary>Takes over everything of another person.</summary>
    public void Absorb(PersonState other)
    {
        foreach (var (key, identifier) in other.Identifiers)
            Identifiers[key] = identifier;
        other.Identifiers.Clear();
        other._mergedInto = this;
    }
}
