using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;

namespace Cdp.Identity.Splitting;

/// <summary>Which persons a cut leaves, and which merges make them: the ties are counted once more, oldest first.</summary>
internal sealed class Lineage
{
    private readonly Components<Founder?> _persons = new(Older);
    private readonly List<(string Survivor, string Absorbed, IdentifierKey Peer, IdentifierKey Cause, Tie Tie)> _merges = [];

    public Lineage(PersonHistory history, Cut cut)
    {
        foreach (var identifier in history.Person.Identifiers)
            _persons.Find(identifier.Key);
        foreach (var founder in history.Founders)
            _persons.Label(founder.First, Older(_persons.LabelOf(founder.First), founder)!.Value);
        foreach (var (tie, groups) in cut.Groups)
            groups.ForEach(group => Join(tie, group));
    }

    /// <summary>Each person's identifiers, with its founder; null where none of its identifiers founded a person.</summary>
    public IEnumerable<(Founder? Founder, List<IdentifierKey> Keys)> Persons =>
        _persons.All.GroupBy(p => p.Root, p => p.Key).Select(g => (_persons.LabelOf(g.Key), g.ToList()));

    /// <summary>Who absorbed whom, by which tie, oldest first.</summary>
    public IReadOnlyList<(string Survivor, string Absorbed, IdentifierKey Peer, IdentifierKey Cause, Tie Tie)> Merges => _merges;

    private void Join(Tie tie, List<IdentifierKey> keys)
    {
        // As the resolver does: the oldest person survives.
        var persons = keys.Select(k => (Key: k, Founder: _persons.LabelOf(k))).Where(p => p.Founder is not null)
            .DistinctBy(p => p.Founder!.Value.Id).OrderBy(p => p.Founder!.Value.Id, StringComparer.Ordinal).ToList();
        foreach (var absorbed in persons.Skip(1))
            _merges.Add((persons[0].Founder!.Value.Id, absorbed.Founder!.Value.Id, persons[0].Key, absorbed.Key, tie));
        _persons.Join(keys);
    }

    private static Founder? Older(Founder? left, Founder? right) =>
        left is null || (right is not null && string.CompareOrdinal(right.Value.Id, left.Value.Id) < 0) ? right : left;
}
