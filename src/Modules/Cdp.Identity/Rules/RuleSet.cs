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

    private const int DefaultLimit = 5;
    private const int LastPriority = 1000;
    private static readonly string[] DefaultBlockedValues = ["^[0-]*$", "^-1$", "^null$", "^anonymous$", "^undefined$"];
    private static readonly string[] KnownTypes =
    [
        "anonymous_id", "android.id", "android.idfa", "android.push_token", "email", "ga_client_id",
        "ios.id", "ios.idfa", "ios.push_token", "phone", "user_id",
    ];
    private static readonly Dictionary<string, TimeSpan?> Windows = new(StringComparer.Ordinal)
    {
        ["ever"] = null,
        ["annually"] = TimeSpan.FromDays(365),
        ["monthly"] = TimeSpan.FromDays(30),
        ["weekly"] = TimeSpan.FromDays(7),
    };

    private readonly Dictionary<string, IdentifierRule> _rules;
    private readonly Regex[] _blocked;

    /// <summary>Rules from configuration.</summary>
    public RuleSet(IOptions<IdentityOptions> options)
        : this(options.Value)
    {
    }

    /// <summary>Rules from options.</summary>
    /// <exception cref="OptionsValidationException">Names every wrong setting.</exception>
    public RuleSet(IdentityOptions options)
    {
        var types = new Dictionary<string, IdentifierTypeOptions>(StringComparer.Ordinal)
        {
            ["user_id"] = new() { Limit = 1, Priority = 1 },
            ["email"] = new() { Priority = 2 },
        };
        foreach (var (type, rule) in options.Identifiers)
            types[type] = rule;
        var patterns = options.BlockedValues ?? DefaultBlockedValues;
        Validate(types, patterns);
        _blocked = [.. patterns.Select(p => new Regex(p, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant))];
        _rules = KnownTypes.Union(types.Keys).ToDictionary(type => type, type => Rule(type, types.GetValueOrDefault(type) ?? new()), StringComparer.Ordinal);
    }

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
        // An account is not a person.
        if (identifier.Type.Length is 0 or > 64 || identifier.Type == "group_id")
            return false;
        var value = identifier.Value.Trim();
        if (value.Length is 0 or > LongestValue || value.Any(char.IsControl))
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

    /// <summary>Within which time values count; null: ever.</summary>
    public TimeSpan? Window(string type) => _rules.TryGetValue(type, out var rule) ? Windows[rule.Window] : null;

    /// <summary>Order of types: higher priority first, then by name.</summary>
    public int Compare(string left, string right)
    {
        var byPriority = Priority(left).CompareTo(Priority(right));
        return byPriority != 0 ? byPriority : string.CompareOrdinal(left, right);
    }

    private static IdentifierRule Rule(string type, IdentifierTypeOptions options) => new()
    {
        Type = type,
        Limit = options.Limit,
        Window = options.Window,
        Priority = options.Priority ?? LastPriority,
    };

    private static void Validate(Dictionary<string, IdentifierTypeOptions> types, string[] patterns)
    {
        var errors = new List<string>();
        foreach (var (type, rule) in types)
        {
            if (rule.Limit < 1)
                errors.Add($"{IdentityOptions.Section}:Identifiers:{type}:Limit: expected at least 1");
            if (!Windows.ContainsKey(rule.Window))
                errors.Add($"{IdentityOptions.Section}:Identifiers:{type}:Window: expected one of {string.Join(", ", Windows.Keys)}");
            if (rule.Priority is < 1 or >= LastPriority)
                errors.Add($"{IdentityOptions.Section}:Identifiers:{type}:Priority: expected 1 to {LastPriority - 1}");
        }
        for (var i = 0; i < patterns.Length; i++)
        {
            try
            {
                _ = new Regex(patterns[i], RegexOptions.NonBacktracking);
            }
            catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
            {
                errors.Add($"{IdentityOptions.Section}:BlockedValues:{i}: {exception.Message}");
            }
        }
        if (errors.Count > 0)
            throw new OptionsValidationException(IdentityOptions.Section, typeof(IdentityOptions), errors);
    }

    private int Priority(string type) => _rules.TryGetValue(type, out var rule) ? rule.Priority : LastPriority;
}
