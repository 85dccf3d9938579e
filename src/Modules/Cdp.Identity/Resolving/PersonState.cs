using Cdp.Identity.Rules;
using Cdp.Identity.Store;

namespace Cdp.Identity.Resolving;

/// <summary>A person in memory. After a merge the absorbed one points to its survivor.</summary>
internal sealed class PersonState(string id, long createdAt)
{
    private PersonState? _mergedInto;
    private ulong[] _ties = [];
    private HashSet<ulong>? _links;

    public string Id { get; } = id;

    public long CreatedAt { get; } = createdAt;

    public Dictionary<IdentifierKey, StoredIdentifier> Identifiers { get; private set; } = [];

    /// <summary>How many persons it has absorbed.</summary>
    public int Absorbed { get; set; }

    /// <summary>The person that this one is today.</summary>
    public PersonState Canonical
    {
        get
        {
            var canonical = this;
            while (canonical._mergedInto is { } survivor)
                canonical = survivor;
            // Paths are shortened once walked, so that long chains of merges stay cheap.
            for (var person = this; person._mergedInto is { } survivor && survivor != canonical; person = survivor)
                person._mergedInto = canonical;
            return canonical;
        }
    }

    /// <summary>Notes a tie by its hash; false where it is known.</summary>
    public bool AddTie(ulong hash)
    {
        var at = Array.BinarySearch(_ties, hash);
        if (at >= 0)
            return false;
        _ties = [.. _ties.AsSpan(0, ~at), hash, .. _ties.AsSpan(~at)];
        return true;
    }

    /// <summary>Notes a link by its hash; false where it was noted already. What was noted before a restart is in the store only.</summary>
    public bool AddLink(ulong hash) => (_links ??= []).Add(hash);

    /// <summary>Takes over everything of another person. The fewer move: a person of many merges stays cheap, whoever survives.</summary>
    public void Absorb(PersonState other)
    {
        var (more, fewer) = Identifiers.Count >= other.Identifiers.Count ? (Identifiers, other.Identifiers) : (other.Identifiers, Identifiers);
        foreach (var (key, identifier) in fewer)
            more[key] = identifier;
        Identifiers = more;
        other.Identifiers = [];
        if (_ties.Length < other._ties.Length)
            (_ties, other._ties) = (other._ties, _ties);
        foreach (var hash in other._ties)
            AddTie(hash);
        other._ties = [];
        Absorbed += other.Absorbed + 1;
        other._mergedInto = this;
    }
}
