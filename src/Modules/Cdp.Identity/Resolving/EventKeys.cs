using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;

namespace Cdp.Identity.Resolving;

/// <summary>What an event says of who it is about.</summary>
internal static class EventKeys
{
    // An event of 32 KB could carry a thousand; beyond this, those of lowest priority are left out.
    private const int Most = 50;

    /// <summary>The usable identifiers of an event, by priority; of the same type in the order of the event.</summary>
    public static List<IdentifierKey> Of(ResolveEvent source, RuleSet rules)
    {
        var keys = new List<IdentifierKey>(source.Identifiers.Count);
        foreach (var identifier in source.Identifiers)
        {
            if (!rules.TryNormalise(identifier, out var key) || keys.Contains(key))
                continue;
            var at = keys.Count;
            while (at > 0 && rules.Compare(keys[at - 1].Type, key.Type) > 0)
                at--;
            keys.Insert(at, key);
            if (keys.Count > Most)
                keys.RemoveAt(Most);
        }
        return keys;
    }
}
