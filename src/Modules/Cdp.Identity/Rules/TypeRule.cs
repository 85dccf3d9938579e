using System.Text.RegularExpressions;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules.Normalising;

namespace Cdp.Identity.Rules;

/// <summary>The rule of one type, made ready for events.</summary>
internal sealed class TypeRule
{
    private readonly Normaliser _normaliser;
    private readonly BlockedValues _blocked;

    /// <param name="rule">The rule.</param>
    /// <param name="blockedValues">Values blocked for all types.</param>
    /// <param name="blockedPatterns">Patterns blocked for all types.</param>
    public TypeRule(IdentifierRule rule, IEnumerable<string> blockedValues, IEnumerable<Regex> blockedPatterns)
    {
        Limit = rule.Limit;
        Window = RuleSet.Windows[rule.Window] is { } window ? (long)window.TotalMilliseconds : null;
        Priority = rule.Priority == 0 ? int.MaxValue : rule.Priority;
        IsUnique = rule.Unique;
        _normaliser = new Normaliser(rule.Normalise, rule.Region);
        _blocked = new BlockedValues(blockedValues.Concat(rule.BlockedValues), blockedPatterns.Concat(rule.BlockedPatterns.Select(BlockedValues.Compile)), _normaliser);
    }

    public int Limit { get; }

    /// <summary>Milliseconds for which a value counts; null: for ever.</summary>
    public long? Window { get; }

    public int Priority { get; }

    public bool IsUnique { get; }

    /// <summary>The normalised value; null where it says nothing about a person.</summary>
    public string? Normalise(string value) => _normaliser.Plain(value) is { } plain && !_blocked.Contains(plain) ? _normaliser.Finish(plain) : null;
}
