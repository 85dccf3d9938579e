using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;

namespace Cdp.Identity.Resolving;

/// <summary>
/// Which identifiers of an event count, where the rules do not merge persons: those of one person, and those that nobody
/// holds. That person is the one with the login of highest priority, or with the identifier of highest priority.
/// </summary>
internal sealed class StrategyChoice(RuleSet rules, Dictionary<IdentifierKey, PersonState> known)
{
    /// <summary>Whether the choice is the event's: an alias states that its identifiers are one person, whatever the strategy.</summary>
    public bool Applies(ResolveEvent source) => rules.Strategy != Strategies.Merge && !source.Alias;

    /// <summary>Takes the identifiers that do not count out of an event's; returns links that they make.</summary>
    /// <param name="source">The event.</param>
    /// <param name="keys">Its identifiers, by priority.</param>
    public List<Link> Choose(ResolveEvent source, List<IdentifierKey> keys)
    {
        var byLogin = Strategies.NeedsLogins(rules.Strategy) && keys.Exists(IsLogin);
        var chosen = keys.Where(k => !byLogin || IsLogin(k)).Select(Holder).FirstOrDefault(p => p is not null);
        var links = new List<Link>();
        if (byLogin && rules.Strategy == Strategies.Link)
        {
            var login = keys.Find(k => IsLogin(k) && Holder(k) == chosen);
            links.AddRange(keys
                .Where(k => Holder(k) is { } other && other != chosen && !other.Identifiers.Keys.Any(IsLogin))
                .Select(k => Link(source, k, login)));
        }
        keys.RemoveAll(k => Holder(k) is { } holder ? holder != chosen : byLogin && rules.Strategy == Strategies.Isolate && !IsLogin(k));
        return links;
    }

    private bool IsLogin(IdentifierKey key) => rules.IsUnique(key.Type);

    private PersonState? Holder(IdentifierKey key) => known.TryGetValue(key, out var person) ? person.Canonical : null;

    private static Link Link(ResolveEvent source, IdentifierKey anonymous, IdentifierKey login) => new()
    {
        Anonymous = anonymous.ToMessage(),
        Known = login.ToMessage(),
        Position = source.Position,
        SourceId = source.SourceId,
        MessageId = source.MessageId,
        Timestamp = source.Timestamp,
    };
}
