using Cdp.Contracts.Failures;
using Cdp.Identity.Rules.Normalising;

namespace Cdp.Identity.Rules.Documents;

/// <summary>Checks the rule of one type by itself.</summary>
internal static class IdentifierValidator
{
    public static void Check(IdentifierDraft draft, List<FieldError> errors)
    {
        if (draft.Type is { } type && TypeError(type) is { } error)
            errors.Add($"{draft.Path}.type", error);
        CheckFrom(draft, errors);
        CheckNormalise(draft, errors);
        errors.CheckRange($"{draft.Path}.limit", draft.Limit, 1, FieldChecks.LargestLimit);
        errors.CheckOneOf($"{draft.Path}.window", draft.Window, RuleSet.Windows.Keys);
        errors.CheckRange($"{draft.Path}.priority", draft.Priority, 1, RuleSet.LowestPriority);
        if (draft.Unique == true && draft.Limit is > 1)
            errors.Add($"{draft.Path}.limit", $"is {draft.Limit}, but unique allows one value; expected 1, or no limit");
        if (draft.Unique == true && draft.Window is not null and not BuiltInRules.Window)
            errors.Add($"{draft.Path}.window", $"is {FieldChecks.Show(draft.Window)}, but unique has no window; expected {BuiltInRules.Window}, or none");
        errors.CheckBlocked($"{draft.Path}.", draft.BlockedValues, draft.BlockedPatterns);
    }

    private static string? TypeError(string type)
    {
        if (type == BuiltInRules.AccountType)
            return "is group_id, which is an account; it identifies no person";
        if (type.Length is 0 or > RuleSet.LongestType)
            return $"has {type.Length} characters; expected 1 to {RuleSet.LongestType}";
        // Profiles are addressed as type:value.
        return type.Any(c => char.IsControl(c) || c is ':' or '/') || type.Trim() != type
            ? "has a colon, a slash, a control character, or blanks around it; expected a name without"
            : null;
    }

    private static void CheckFrom(IdentifierDraft draft, List<FieldError> errors)
    {
        errors.CheckEach($"{draft.Path}.from", draft.From, IdentifierPath.Error);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < draft.From?.Count; i++)
        {
            if (draft.From[i] is { } path && !seen.Add(path))
                errors.Add(FieldChecks.At($"{draft.Path}.from", i), "is in the list already");
        }
    }

    private static void CheckNormalise(IdentifierDraft draft, List<FieldError> errors)
    {
        var steps = draft.Normalise?.Select(step => step ?? "").ToList();
        for (var i = 0; i < steps?.Count; i++)
        {
            if (draft.Normalise![i] is not null && NormaliseSteps.Error(steps, i) is { } error)
                errors.Add(FieldChecks.At($"{draft.Path}.normalise", i), error);
        }
        if (draft.Region is not { } region)
            return;
        var inForce = draft.Normalise ?? BuiltInRules.Of(draft.Type ?? "", BuiltInRules.Limit, BuiltInRules.Window).Normalise;
        if (!inForce.Contains(NormaliseSteps.Phone, StringComparer.Ordinal))
            errors.Add($"{draft.Path}.region", "is for phone numbers; expected the step phone, or no region");
        if (!PhoneNumber.IsRegion(region))
            errors.Add($"{draft.Path}.region", $"is {FieldChecks.Show(region)}; expected a region of two capital letters, such as DE");
    }
}
