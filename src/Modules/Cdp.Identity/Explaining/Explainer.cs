using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Linking;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;

namespace Cdp.Identity.Explaining;

/// <summary>Tells why two identifiers are one person, from the ties that made it; or why they are not.</summary>
public sealed class Explainer(IIdentityStore store, RulesInForce inForce)
{
    /// <summary>Explains; see the proto for the contract.</summary>
    public async Task<Explanation> ExplainAsync(ExplainRequest request, CancellationToken cancellationToken)
    {
        var rules = await inForce.GetAsync(cancellationToken);
        var (a, b) = (Normalise(rules, request.A, "a"), Normalise(rules, request.B, "b"));
        var found = await store.FindAsync(a == b ? [a] : [a, b], cancellationToken);
        var (ofA, ofB) = (Holder(a), Holder(b));
        var explanation = new Explanation { APersonId = ofA?.Id ?? "", BPersonId = ofB?.Id ?? "" };
        if (ofA is null || ofB is null)
            explanation.Reason = $"{(ofA is null ? "a" : "b")} is held by nobody: no event with it has come, or limits and blocked values kept it out.";
        else if (ofA.Id != ofB.Id)
            await ExplainApartAsync(explanation, ofA, ofB, cancellationToken);
        else
        {
            explanation.Connected = true;
            var history = await store.HistoryAsync(ofA.Id, cancellationToken);
            explanation.Chain.AddRange(TieChain.Find(history?.Ties ?? [], a, b));
        }
        return explanation;

        StoredPerson? Holder(IdentifierKey key) => found.FirstOrDefault(p => p.Identifiers.Any(i => i.Key == key));
    }

    private static IdentifierKey Normalise(RuleSet rules, Identifier? identifier, string field)
    {
        if (identifier is null || identifier.Type.Length == 0)
            throw Failure.Invalid(field, "expected an identifier, type:value");
        return rules.TryNormalise(identifier, out var key) ? key : throw Failure.Invalid(field, "is no identifier: its type or value is blocked, empty or too long");
    }

    private async Task ExplainApartAsync(Explanation explanation, StoredPerson a, StoredPerson b, CancellationToken cancellationToken)
    {
        var ofA = a.Identifiers.Select(i => i.Key).ToHashSet();
        var ofB = b.Identifiers.Select(i => i.Key).ToHashSet();
        foreach (var pair in await store.SeparationsAsync(cancellationToken))
        {
            if ((ofA.Contains(pair.Left) && ofB.Contains(pair.Right)) || (ofA.Contains(pair.Right) && ofB.Contains(pair.Left)))
                explanation.Split = Math.Max(explanation.Split, pair.Split);
        }
        explanation.Link = (await new PersonLinks(store).OfAsync(a, cancellationToken)).FirstOrDefault(l => l.AnonymousId == b.Id || l.KnownId == b.Id)?.Link;
        explanation.Reason = (explanation.Split, explanation.Link) switch
        {
            ( > 0, _) => $"They were taken apart by split {explanation.Split}; what had tied them does not count any more.",
            (_, not null) => "They are linked, not merged: one logged in where the other had been anonymous.",
            _ => "No event ties them: they are two persons.",
        };
    }
}
