using Cdp.Identity.Rules;

namespace Cdp.Identity.Ties;

/// <summary>Pairs of identifiers that splits have separated. In memory: there are as many as people took apart by hand.</summary>
public sealed class Separations
{
    private readonly Dictionary<ulong, Separation> _pairs = [];

    /// <summary>Of these pairs.</summary>
    public Separations(IEnumerable<Separation> pairs) => Add(pairs);

    /// <summary>Whether there are none, as where nobody was ever taken apart.</summary>
    public bool IsEmpty => _pairs.Count == 0;

    /// <summary>Adds pairs. What an alias once tied stays so.</summary>
    public void Add(IEnumerable<Separation> pairs)
    {
        foreach (var pair in pairs)
        {
            var hash = TieHash.Of(pair.Left, pair.Right);
            _pairs[hash] = _pairs.TryGetValue(hash, out var former) && former.OfAlias ? pair with { OfAlias = true } : pair;
        }
    }

    /// <summary>The separation of two identifiers; null where there is none.</summary>
    public Separation? Find(IdentifierKey left, IdentifierKey right) =>
        _pairs.TryGetValue(TieHash.Of(left, right), out var separation) ? separation : null;

    /// <summary>
    /// The identifiers of an event in groups that may be one person each: in order, each joins the first group that it is not
    /// separated from. The event is the first group's.
    /// </summary>
    public List<List<IdentifierKey>> Group(List<IdentifierKey> keys, bool isAlias)
    {
        var groups = new List<List<IdentifierKey>>();
        foreach (var key in keys)
        {
            if (groups.Find(group => group.TrueForAll(other => !AreApart(key, other, isAlias))) is { } group)
                group.Add(key);
            else
                groups.Add([key]);
        }
        return groups;
    }

    private bool AreApart(IdentifierKey left, IdentifierKey right, bool isAlias) => Find(left, right) is { } separation && (!isAlias || separation.OfAlias);
}
