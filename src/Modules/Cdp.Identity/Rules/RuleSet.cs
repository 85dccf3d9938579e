using System.Collections.Frozen;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules.Normalising;

namespace Cdp.Identity.Rules;

/// <summary>One version of the rules, made ready for events. It never changes.</summary>
public sealed class RuleSet
{
    /// <summary>Longest value, in characters.</summary>
    public const int LongestValue = Normaliser.LongestValue;

    internal const int LongestType = 64;
    internal const int LowestPriority = 999;

    private readonly IdentityRules _rules;
    private readonly FrozenDictionary<string, TypeRule> _types;
    private readonly TypeRule _others;

    /// <summary>Takes rules that are checked.</summary>
    public RuleSet(IdentityRules rules)
    {
        _rules = rules.Clone();
        var patterns = rules.BlockedPatterns.Select(BlockedValues.Compile).ToList();
        _types = rules.Identifiers.ToFrozenDictionary(r => r.Type, r => new TypeRule(r, rules.BlockedValues, patterns), StringComparer.Ordinal);
        _others = new TypeRule(BuiltInRules.Of("", rules.DefaultLimit, rules.DefaultWindow), rules.BlockedValues, patterns);
    }

    /// <summary>Number of the version.</summary>
    public long Version => _rules.Version;

    /// <summary>What becomes of persons whose identifiers come together: merge, link, isolate or best_match.</summary>
    public string Strategy => _rules.Strategy;

    internal static IReadOnlyDictionary<string, TimeSpan?> Windows { get; } = new Dictionary<string, TimeSpan?>(StringComparer.Ordinal)
    {
        [BuiltInRules.Window] = null,
        ["annually"] = TimeSpan.FromDays(365),
        ["monthly"] = TimeSpan.FromDays(30),
        ["weekly"] = TimeSpan.FromDays(7),
    };

    /// <summary>The rules as data, by priority.</summary>
    public IdentityRules Describe() => _rules.Clone();

    /// <summary>The normalised value of an identifier; false where it says nothing about a person.</summary>
    public bool TryNormalise(Identifier identifier, out IdentifierKey key)
    {
        key = default;
        if (identifier.Type.Length is 0 or > LongestType || identifier.Type == BuiltInRules.AccountType)
            return false;
        if (Of(identifier.Type).Normalise(identifier.Value) is not { } value)
            return false;
        key = new IdentifierKey(identifier.Type, value);
        return true;
    }

    /// <summary>Most values of a type on one person.</summary>
    public int Limit(string type) => Of(type).Limit;

    /// <summary>Whether persons with different values of a type are never merged, not even by an alias.</summary>
    public bool IsUnique(string type) => Of(type).IsUnique;

    /// <summary>Since when values of a type count for an event; the beginning of time where they count for ever.</summary>
    public long CountsSince(string type, long timestamp) => Of(type).Window is { } window ? timestamp - window : long.MinValue;

    /// <summary>Order of types: higher priority first, then by name.</summary>
    public int Compare(string left, string right)
    {
        var byPriority = Of(left).Priority.CompareTo(Of(right).Priority);
        return byPriority != 0 ? byPriority : string.CompareOrdinal(left, right);
    }

    private TypeRule Of(string type) => _types.GetValueOrDefault(type, _others);
}
