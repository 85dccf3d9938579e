using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Ties;

namespace Cdp.Identity.Explaining;

/// <summary>The shortest way from one identifier to another over ties; of ways of the same length, over the oldest ties.</summary>
internal static class TieChain
{
    /// <summary>The steps; none where there is no way, or nowhere to go.</summary>
    public static IReadOnlyList<ChainLink> Find(IReadOnlyList<Tie> ties, IdentifierKey from, IdentifierKey to)
    {
        var tiesOf = ties.SelectMany(tie => TieKeys.Of(tie).Select(key => (Key: key, Tie: tie))).ToLookup(t => t.Key, t => t.Tie);
        var steps = new Dictionary<IdentifierKey, (IdentifierKey Former, Tie? Tie)> { [from] = (from, null) };
        var next = new Queue<IdentifierKey>([from]);
        while (!steps.ContainsKey(to) && next.TryDequeue(out var key))
        {
            foreach (var tie in tiesOf[key])
            {
                foreach (var other in TieKeys.Of(tie))
                {
                    if (steps.TryAdd(other, (key, tie)))
                        next.Enqueue(other);
                }
            }
        }
        var chain = new List<ChainLink>();
        for (var key = to; steps.TryGetValue(key, out var step) && step.Tie is not null; key = step.Former)
            chain.Add(new ChainLink { From = step.Former.ToMessage(), To = key.ToMessage(), Tie = step.Tie });
        chain.Reverse();
        return chain;
    }
}
