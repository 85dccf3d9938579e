using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Ties;

namespace Cdp.Identity.Splitting;

/// <summary>
/// A person's ties, each in the groups of identifiers that it still ties. What was in one tie and is not in one group any more
/// is separated.
/// </summary>
/// <param name="Groups">Each tie, oldest first, with its groups.</param>
internal sealed record Cut(IReadOnlyList<(Tie Tie, List<List<IdentifierKey>> Groups)> Groups)
{
    /// <summary>The separated pairs.</summary>
    public IEnumerable<Separation> Separations(long split) =>
        from tie in Groups
        from left in Enumerable.Range(0, tie.Groups.Count)
        from right in Enumerable.Range(left + 1, tie.Groups.Count - left - 1)
        from one in tie.Groups[left]
        from other in tie.Groups[right]
        select new Separation(one, other, tie.Tie.Rule == TieRule.Alias, split);

    /// <summary>An identifier counts by itself: whatever came with it on an event says nothing of it.</summary>
    public static Cut Without(IReadOnlyList<Tie> ties, IdentifierKey identifier) => new([.. ties.Select(tie =>
    {
        var keys = TieKeys.Of(tie);
        return (tie, keys.Contains(identifier) ? keys.GroupBy(k => k == identifier).Select(g => g.ToList()).ToList() : [keys]);
    })]);

    /// <summary>
    /// Two persons as if they had been kept apart since before a merge: what each held then stays on its side, and each later
    /// identifier goes to the side that it came to. On an event with identifiers of both, the one of highest priority decides.
    /// </summary>
    public static Cut Between(IReadOnlyList<Tie> ties, Merge merge)
    {
        var sides = new Components<string>((left, right) => left ?? right);
        foreach (var tie in ties.Where(t => t.Sequence < merge.Tie))
            sides.Join(TieKeys.Of(tie));
        sides.Label(TieKeys.Of(merge.Peer), merge.SurvivorId);
        sides.Label(TieKeys.Of(merge.Cause), merge.AbsorbedId);
        var groups = new List<(Tie, List<List<IdentifierKey>>)>();
        foreach (var tie in ties)
        {
            var keys = TieKeys.Of(tie);
            if (tie.Sequence < merge.Tie)
            {
                groups.Add((tie, [keys]));
                continue;
            }
            var side = keys.Select(sides.LabelOf).FirstOrDefault(s => s is not null);
            var parts = keys.GroupBy(k => sides.LabelOf(k) is { } own && own != side).Select(g => g.ToList()).ToList();
            parts.ForEach(sides.Join);
            groups.Add((tie, parts));
        }
        return new Cut(groups);
    }
}
