using Microsoft.Extensions.Options;

namespace Cdp.Identity.Rules;

/// <summary>Checks the settings as a whole, at start: names every wrong one.</summary>
public sealed class IdentityOptionsValidator : IValidateOptions<IdentityOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, IdentityOptions options)
    {
        var errors = options.Identifiers.SelectMany(i => Errors(i.Key, i.Value)).Concat(Errors(options.BlockedValues ?? [])).ToList();
        if (options.CacheSize < 1)
            errors.Add($"{IdentityOptions.Section}:CacheSize: expected at least 1");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Errors(string type, IdentifierTypeOptions rule)
    {
        var path = $"{IdentityOptions.Section}:Identifiers:{type}";
        if (type == BuiltInRules.AccountType)
            yield return $"{path}: an account is not a person; this type identifies nobody";
        if (type.Length is 0 or > RuleSet.LongestType)
            yield return $"{path}: expected a name of 1 to {RuleSet.LongestType} characters";
        if (rule.Limit < 1)
            yield return $"{path}:Limit: expected at least 1";
        if (rule.Window is { } window && !RuleSet.Windows.ContainsKey(window))
            yield return $"{path}:Window: expected one of {string.Join(", ", RuleSet.Windows.Keys)}";
        if (rule.Priority is < 1 or > RuleSet.LowestPriority)
            yield return $"{path}:Priority: expected 1 to {RuleSet.LowestPriority}";
    }

    private static IEnumerable<string> Errors(string[] patterns)
    {
        for (var i = 0; i < patterns.Length; i++)
        {
            if (BlockedValues.Error(patterns[i]) is { } error)
                yield return $"{IdentityOptions.Section}:BlockedValues:{i}: {error}";
        }
    }
}
