using System.Globalization;
using System.Text.RegularExpressions;
using Cdp.Contracts.Failures;

namespace Cdp.Identity.Rules.Documents;

/// <summary>Checks that several fields have in common. What is null was not said, or is an error already.</summary>
internal static partial class FieldChecks
{
    public const int LargestLimit = 1_000_000;
    private const int LongestBlocked = 512;

    public static void Add(this List<FieldError> errors, string path, string description) => errors.Add(new FieldError(path, description));

    public static void CheckRange(this List<FieldError> errors, string path, long? number, long least, long most)
    {
        if (number is { } found && (found < least || found > most))
            errors.Add(path, string.Create(CultureInfo.InvariantCulture, $"is {found}; expected {least} to {most}"));
    }

    public static void CheckOneOf(this List<FieldError> errors, string path, string? text, IEnumerable<string> known)
    {
        if (text is not null && !known.Contains(text, StringComparer.Ordinal))
            errors.Add(path, $"is {Show(text)}; expected one of {string.Join(", ", known)}");
    }

    public static void CheckBlocked(this List<FieldError> errors, string prefix, IReadOnlyList<string?>? values, IReadOnlyList<string?>? patterns)
    {
        errors.CheckEach($"{prefix}blocked_values", values, value =>
            value.Trim().Length is 0 or > LongestBlocked ? $"has {value.Length} characters; expected 1 to {LongestBlocked}, not only blanks" : null);
        errors.CheckEach($"{prefix}blocked_patterns", patterns, pattern =>
            pattern.Length is 0 or > LongestBlocked ? $"has {pattern.Length} characters; expected 1 to {LongestBlocked}" : BlockedValues.Error(pattern));
    }

    public static void CheckEach(this List<FieldError> errors, string path, IReadOnlyList<string?>? texts, Func<string, string?> check)
    {
        for (var i = 0; i < texts?.Count; i++)
        {
            if (texts[i] is { } text && check(text) is { } error)
                errors.Add(At(path, i), error);
        }
    }

    public static string At(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    /// <summary>A text for an error: as it is where it is a plain word, which is a typing mistake; else only its length.</summary>
    public static string Show(string text) => Word().IsMatch(text) ? text : $"a text of {text.Length} characters";

    [GeneratedRegex(@"^[A-Za-z_.-]{1,32}\z")]
    private static partial Regex Word();
}
