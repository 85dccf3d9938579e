namespace Cdp.Rest.Identity;

/// <summary>
/// Identity rules to put into force, as the API document describes them. The body goes to the stage as it is, which names
/// every error in it at once.
/// </summary>
/// <param name="Version">Version that they were made from; refused where another is in force.</param>
/// <param name="CreatedAt">Of the version that they were made from; not read.</param>
/// <param name="Strategy">What becomes of persons whose identifiers come together: <c>merge</c>, <c>link</c>, <c>isolate</c> or <c>best_match</c>; merge without it.</param>
/// <param name="Identifiers">Identifier types that differ from their defaults; at most 100.</param>
/// <param name="Default">What types have that say nothing themselves: 5 values, ever, without it.</param>
/// <param name="BlockedValues">Values that are never identifiers, in any case; at most 1,000.</param>
/// <param name="BlockedPatterns">The same as regular expressions; at most 100; zeros, -1, null, anonymous and undefined without it.</param>
internal sealed record RulesBody(
    long? Version,
    DateTime? CreatedAt,
    string? Strategy,
    IEnumerable<IdentifierRuleBody>? Identifiers,
    DefaultRuleBody? Default,
    IEnumerable<string>? BlockedValues,
    IEnumerable<string>? BlockedPatterns);

/// <summary>Rule of one identifier type; what is not said is as by default.</summary>
/// <param name="Type">Type; required.</param>
/// <param name="From">Where values come from: dotted paths of the event, at most 20; none: the type is not used.</param>
/// <param name="Normalise">Steps that values go through, in order: <c>trim</c>, <c>lowercase</c>, <c>uppercase</c>, <c>digits</c>,
/// <c>email</c>, <c>email_strip_plus</c>, <c>email_gmail_dots</c>, <c>phone</c>, <c>sha256</c>.</param>
/// <param name="Region">Region of phone numbers without a country code, such as DE.</param>
/// <param name="Limit">Most values on one person within the window.</param>
/// <param name="Window"><c>ever</c>, <c>annually</c>, <c>monthly</c> or <c>weekly</c>.</param>
/// <param name="Priority">1 to 999; 1 is the highest.</param>
/// <param name="Unique">Whether persons with different values are never merged, not even by an alias.</param>
/// <param name="BlockedValues">Values of this type that are never identifiers, in any case; at most 1,000.</param>
/// <param name="BlockedPatterns">The same as regular expressions; at most 100.</param>
internal sealed record IdentifierRuleBody(
    string? Type,
    IEnumerable<string>? From,
    IEnumerable<string>? Normalise,
    string? Region,
    int? Limit,
    string? Window,
    int? Priority,
    bool? Unique,
    IEnumerable<string>? BlockedValues,
    IEnumerable<string>? BlockedPatterns);

/// <summary>What identifier types have that say nothing themselves.</summary>
/// <param name="Limit">Most values on one person within the window.</param>
/// <param name="Window"><c>ever</c>, <c>annually</c>, <c>monthly</c> or <c>weekly</c>.</param>
internal sealed record DefaultRuleBody(int? Limit, string? Window);
