using Cdp.Contracts.Failures;

namespace Cdp.Identity.Rules.Documents;

/// <summary>Checks rules as a whole: each type by itself, and that they do not contradict each other.</summary>
internal static class RulesValidator
{
    public static void Check(RulesDraft draft, List<FieldError> errors)
    {
        foreach (var identifier in draft.Identifiers)
            IdentifierValidator.Check(identifier, errors);
        var all = draft.WithBuiltIn();
        CheckTypes(draft.Identifiers, errors);
        CheckPriorities(all, errors);
        CheckPaths(all, errors);
        errors.CheckBlocked("", draft.BlockedValues, draft.BlockedPatterns);
        errors.CheckOneOf("strategy", draft.Strategy, Strategies.All);
        if (Strategies.NeedsLogins(draft.Strategy) && !draft.Identifiers.Any(i => i.Unique == true))
            errors.Add("strategy", $"is {draft.Strategy}, which tells logins from other identifiers; expected at least one type with unique: true, such as user_id");
        errors.CheckRange("default.limit", draft.DefaultLimit, 1, FieldChecks.LargestLimit);
        errors.CheckOneOf("default.window", draft.DefaultWindow, RuleSet.Windows.Keys);
        errors.CheckRange("version", draft.Version, 1, long.MaxValue);
    }

    private static void CheckTypes(IReadOnlyList<IdentifierDraft> identifiers, List<FieldError> errors)
    {
        var seen = new Dictionary<string, IdentifierDraft>(StringComparer.Ordinal);
        foreach (var identifier in identifiers)
        {
            if (identifier.Type is { } type && !seen.TryAdd(type, identifier))
                errors.Add($"{identifier.Path}.type", $"is the type of {seen[type].Path}, too; a type is listed once");
        }
    }

    private static void CheckPriorities(IReadOnlyList<IdentifierDraft> all, List<FieldError> errors)
    {
        var seen = new Dictionary<long, IdentifierDraft>();
        foreach (var identifier in all)
        {
            var priority = identifier.Priority ?? Default(identifier).Priority;
            if (priority == 0 || seen.TryAdd(priority, identifier))
                continue;
            var (one, other) = InDocument(identifier, seen[priority]);
            errors.Add($"{one.Path}.priority", $"is {priority}, which {Name(other)} has, too; expected another, or none");
        }
    }

    private static void CheckPaths(IReadOnlyList<IdentifierDraft> all, List<FieldError> errors)
    {
        var seen = new Dictionary<string, List<IdentifierDraft>>(StringComparer.Ordinal);
        foreach (var identifier in all)
        {
            var paths = identifier.From ?? Default(identifier).From;
            for (var i = 0; i < paths.Count; i++)
            {
                if (paths[i] is not { } path)
                    continue;
                if (!seen.TryGetValue(path, out var readers))
                    seen[path] = readers = [];
                // The same path twice in one list is the list's own error.
                if (readers.FirstOrDefault(r => r != identifier && IdentifierPath.Collide(r.Type ?? "", path, identifier.Type ?? "", path)) is { } reader)
                    AddCollision(errors, identifier, reader, path);
                readers.Add(identifier);
            }
        }
    }

    private static void AddCollision(List<FieldError> errors, IdentifierDraft identifier, IdentifierDraft reader, string path)
    {
        var (one, other) = InDocument(identifier, reader);
        var index = one.From?.ToList().IndexOf(path) ?? -1;
        errors.Add(
            index < 0 ? $"{one.Path}.from" : FieldChecks.At($"{one.Path}.from", index),
            $"is read by {Name(other)}, too; a value is of one type{(other.Path.Length == 0 ? $": list {other.Type} with another from" : "")}");
    }

    // Errors are told where the document says something.
    private static (IdentifierDraft One, IdentifierDraft Other) InDocument(IdentifierDraft identifier, IdentifierDraft other) =>
        identifier.Path.Length > 0 ? (identifier, other) : (other, identifier);

    private static string Name(IdentifierDraft identifier) => identifier.Path.Length > 0 ? identifier.Path : $"{identifier.Type} by default";

    private static Contracts.Identity.V1.IdentifierRule Default(IdentifierDraft identifier) => BuiltInRules.Of(identifier.Type ?? "", BuiltInRules.Limit, BuiltInRules.Window);
}
