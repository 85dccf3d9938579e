using System.Text.RegularExpressions;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Microsoft.Extensions.Options;

namespace Cdp.Identity.Rules;

/// <summary>
/// Which identifiers count, and how many of a type one person may have. Defaults as Segment Unify has them:
/// https://segment.com/docs/unify/identity-resolution/identity-resolution-settings/
/// </summary>
public sealed class RuleSet
{
    /// <summary>Longest value, in characters.</summary>
    public const int LongestValue = 512;

    internal const int LongestType = 64;
    internal const int LastPriority = 1000;
    internal const string AccountType = "group_id";

    private const int DefaultLimit = 5;
    private const string DefaultWindow = "ever";
    private static readonly string[] DefaultBlockedValues = ["^[0-]*$", "^-1$", "^null$", "^anonymous$", "^undefined$"];
    private static readonly string[] KnownTypes =
    [
        "anonymous_id", "android.id", "android.idfa", "android.push_token", "email", "ga_client_id",
        "ios.id", "ios.idfa", "ios.push_token", "phone", "user_id",
    ];

    private readonly Dictionary<string, IdentifierRule> _rules;
    private readonly Regex[] _blocked;

    /// <summary>Rules from configuration, which is checked at start.</summary>
    public RuleSet(IOptions<IdentityOptions> options)
    {
        _blocked = [.. (options.Value.BlockedValues ?? DefaultBlockedValues).Select(Compile)];
        _rules = KnownTypes.Union(options.Value.Identifiers.Keys).ToDictionary(
            type => type, type => Rule(type, options.Value.Identifiers.GetValueOrDefault(type)), StringComparer.Ordinal);
    }

    internal static IReadOnlyDictionary<string, TimeSpan?> Windows { get; } = new Dictionary<string, TimeSpan?>(StringComparer.Ordinal)
    {
        [DefaultWindow] = null,
        ["annually"] = TimeSpan.FromDays(365),
        ["monthly"] = TimeSpan.FromDays(30),
        ["weekly"] = TimeSpan.FromDays(7),
    };

    /// <summary>The rules as data, by priority.</summary>
    public IdentityRules Describe() => new()
    {
        Identifiers = { _rules.Values.OrderBy(r => r.Priority).ThenBy(r => r.Type, StringComparer.Ordinal) },
        BlockedValues = { _blocked.Select(b => b.ToString()) },
    };

    /// <summary>The normalised value of an identifier; false where it says nothing about a person.</summary>
    public bool TryNormalise(Identifier identifier, out IdentifierKey key)
    {
        key = default;
        if (identifier.Type.Length is 0 or > LongestType || identifier.Type == AccountType)
            return false;
        var value = identifier.Value.Trim();
        if (value.Length is 0 or > LongestValue || HasControl(value))
            return false;
        if (identifier.Type == "email")
            value = value.ToLowerInvariant();
        foreach (var blocked in _blocked)
        {
            if (blocked.IsMatch(value))
                return false;
        }
        key = new IdentifierKey(identifier.Type, value);
        return true;
    }

    /// <summary>Most values of a type on one person.</summary>
    public int Limit(string type) => _rules.TryGetValue(type, out var rule) ? rule.Limit : DefaultLimit;

    /// <summary>Since when values of a type count for an event; the beginning of time where they count for ever.</summary>
    public long CountsSince(string type, long timestamp) =>
        _rules.TryGetValue(type, out var rule) && Windows[rule.Window] is { } window ? timestamp - (long)window.TotalMilliseconds : long.MinValue;

    /// <summary>Order of types: higher priority first, then by name.</summary>
    public int Compare(string left, string right)
    {
        var byPriority = Priority(left).CompareTo(Priority(right));
        return byPriority != 0 ? byPriority : string.CompareOrdinal(left, right);
    }

    // Values come from outside: matching has to take linear time.
    internal static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static IdentifierRule Rule(string type, IdentifierTypeOptions? options) => new()
    {
        Type = type,
        Limit = options?.Limit ?? (type == "user_id" ? 1 : DefaultLimit),
        Window = options?.Window ?? DefaultWindow,
        Priority = options?.Priority ?? type switch
        {
            "user_id" => 1,
            "email" => 2,
            _ => LastPriority,
        },
    };

    private static bool HasControl(string value)
    {
        foreach (var c in value)
        {
            if (char.IsControl(c))
                return true;
        }
        return false;
    }

    private int Priority(string type) => _rules.TryGetValue(type, out var rule) ? rule.Priority : LastPriority;
}
