using Cdp.Contracts.Identity.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Identity;

/// <summary>One version of the identity rules; it may be sent back, changed or not.</summary>
/// <param name="Version">Number, from 1.</param>
/// <param name="CreatedAt">When it was put into force; null for the settings.</param>
/// <param name="Strategy">What becomes of persons whose identifiers come together: <c>merge</c>, <c>link</c>, <c>isolate</c> or <c>best_match</c>.</param>
/// <param name="Identifiers">Identifier types by priority, those without one by name.</param>
/// <param name="Default">What types have that are not listed.</param>
/// <param name="BlockedValues">Values that are never identifiers, in any case.</param>
/// <param name="BlockedPatterns">The same as regular expressions.</param>
internal sealed record RulesResponse(
    long Version,
    DateTime? CreatedAt,
    string Strategy,
    IEnumerable<IdentifierRuleResponse> Identifiers,
    DefaultRule Default,
    IEnumerable<string> BlockedValues,
    IEnumerable<string> BlockedPatterns)
{
    public static RulesResponse From(IdentityRules rules) => new(
        rules.Version,
        UnixTime.Optional(rules.CreatedAt),
        rules.Strategy,
        rules.Identifiers.Select(IdentifierRuleResponse.Of),
        new DefaultRule(rules.DefaultLimit, rules.DefaultWindow),
        rules.BlockedValues,
        rules.BlockedPatterns);
}

/// <summary>Rule of one identifier type.</summary>
/// <param name="Type">Type.</param>
/// <param name="From">Where values come from: dotted paths of the event; none: the type is not used.</param>
/// <param name="Normalise">Steps that values go through, in order.</param>
/// <param name="Region">Region of phone numbers without a country code.</param>
/// <param name="Limit">Most values on one person within the window.</param>
/// <param name="Window"><c>ever</c>, <c>annually</c>, <c>monthly</c> or <c>weekly</c>.</param>
/// <param name="Priority">1 is the highest; null: after all that have one, by name.</param>
/// <param name="Unique">Whether persons with different values are never merged.</param>
/// <param name="BlockedValues">Values of this type that are never identifiers, in any case.</param>
/// <param name="BlockedPatterns">The same as regular expressions.</param>
internal sealed record IdentifierRuleResponse(
    string Type,
    IEnumerable<string> From,
    IEnumerable<string> Normalise,
    string? Region,
    int Limit,
    string Window,
    int? Priority,
    bool Unique,
    IEnumerable<string> BlockedValues,
    IEnumerable<string> BlockedPatterns)
{
    public static IdentifierRuleResponse Of(IdentifierRule rule) => new(
        rule.Type, rule.From, rule.Normalise, rule.Region.OrNull(), rule.Limit, rule.Window, rule.Priority == 0 ? null : rule.Priority, rule.Unique, rule.BlockedValues, rule.BlockedPatterns);
}

/// <summary>What identifier types have that are not listed.</summary>
/// <param name="Limit">Most values on one person within the window.</param>
/// <param name="Window"><c>ever</c>, <c>annually</c>, <c>monthly</c> or <c>weekly</c>.</param>
internal sealed record DefaultRule(int Limit, string Window);

/// <summary>Versions of the identity rules.</summary>
/// <param name="Versions">Newest first.</param>
/// <param name="NextCursor">Cursor of the next page; null where there is none.</param>
internal sealed record RuleVersionsResponse(IEnumerable<RuleVersionResponse> Versions, string? NextCursor);

/// <summary>A version of the identity rules.</summary>
/// <param name="Version">Number, from 1.</param>
/// <param name="CreatedAt">When it was put into force; null for the settings.</param>
internal sealed record RuleVersionResponse(long Version, DateTime? CreatedAt);
