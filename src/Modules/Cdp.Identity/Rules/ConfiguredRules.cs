using Cdp.Contracts.Identity.V1;

namespace Cdp.Identity.Rules;

/// <summary>The rules of the settings: in force until others are stored.</summary>
internal static class ConfiguredRules
{
    /// <summary>Number of the version that the settings are.</summary>
    public const long Version = 1;

    public static IdentityRules From(IdentityOptions options)
    {
        var rules = new IdentityRules
        {
            Version = Version,
            Strategy = BuiltInRules.Strategy,
            DefaultLimit = BuiltInRules.Limit,
            DefaultWindow = BuiltInRules.Window,
            BlockedPatterns = { options.BlockedValues ?? BuiltInRules.BlockedPatterns },
        };
        foreach (var type in BuiltInRules.Types.Union(options.Identifiers.Keys))
        {
            var rule = BuiltInRules.Of(type, BuiltInRules.Limit, BuiltInRules.Window);
            var set = options.Identifiers.GetValueOrDefault(type);
            rule.Limit = set?.Limit ?? rule.Limit;
            rule.Window = set?.Window ?? rule.Window;
            rule.Priority = set?.Priority ?? rule.Priority;
            rules.Identifiers.Add(rule);
        }
        return InOrder(rules);
    }

    /// <summary>Sorted by priority, and then by name.</summary>
    public static IdentityRules InOrder(IdentityRules rules)
    {
        var sorted = rules.Identifiers.OrderBy(r => r.Priority == 0 ? int.MaxValue : r.Priority).ThenBy(r => r.Type, StringComparer.Ordinal).ToList();
        // Settings may give two types one priority: names have decided then, and go on doing so.
        for (var i = 1; i < sorted.Count && sorted[i].Priority > 0; i++)
            sorted[i].Priority = Math.Max(sorted[i].Priority, sorted[i - 1].Priority + 1);
        rules.Identifiers.Clear();
        rules.Identifiers.AddRange(sorted);
        return rules;
    }
}
