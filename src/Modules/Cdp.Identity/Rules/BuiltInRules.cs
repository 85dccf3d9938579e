using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules.Normalising;

namespace Cdp.Identity.Rules;

/// <summary>
/// Identifier types that are there without any rule, as Segment Unify has them:
/// https://segment.com/docs/unify/identity-resolution/identity-resolution-settings/
/// </summary>
internal static class BuiltInRules
{
    /// <summary>An account; it identifies no person.</summary>
    public const string AccountType = "group_id";

    public const int Limit = 5;
    public const string Window = "ever";
    public const string Strategy = Strategies.Merge;

    private static readonly IdentifierRule[] Rules =
    [
        new() { Type = "user_id", From = { "userId", "previousId" }, Limit = 1, Priority = 1 },
        new() { Type = "email", From = { "traits.email", "context.traits.email" }, Normalise = { "trim", "lowercase" }, Priority = 2 },
        new() { Type = "anonymous_id", From = { "anonymousId", "previousId" } },
        new() { Type = "phone", From = { "traits.phone", "context.traits.phone" }, Normalise = { "trim", "phone" } },
        new() { Type = "ga_client_id", From = { "context.integrations.Google Analytics.clientId" } },
        .. Devices("android"),
        .. Devices("ios"),
    ];

    /// <summary>Names of the types.</summary>
    public static IReadOnlyList<string> Types { get; } = [.. Rules.Select(rule => rule.Type)];

    /// <summary>Zeros and the words that programs send for nothing.</summary>
    public static IReadOnlyList<string> BlockedPatterns { get; } = ["^[0-]*$", "^-1$", "^null$", "^anonymous$", "^undefined$"];

    /// <summary>The rule of a type, also of one that is not built in.</summary>
    public static IdentifierRule Of(string type, int limit, string window)
    {
        var rule = Rules.FirstOrDefault(r => r.Type == type)?.Clone() ?? new IdentifierRule { Type = type };
        rule.From.Add(IdentifierPath.ExternalIds);
        if (rule.Normalise.Count == 0)
            rule.Normalise.Add(NormaliseSteps.Trim);
        // Where a type is limited by itself, the rule for all others does not loosen it.
        (rule.Limit, rule.Window) = rule.Limit > 0 ? (rule.Limit, Window) : (limit, window);
        return rule;
    }

    private static IEnumerable<IdentifierRule> Devices(string platform) =>
    [
        new() { Type = $"{platform}.id", From = { "context.device.id" } },
        new() { Type = $"{platform}.idfa", From = { "context.device.advertisingId" } },
        new() { Type = $"{platform}.push_token", From = { "context.device.token" } },
    ];
}
