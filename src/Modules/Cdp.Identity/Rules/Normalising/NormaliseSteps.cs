namespace Cdp.Identity.Rules.Normalising;

/// <summary>The steps that values go through, by their names in rules.</summary>
internal static class NormaliseSteps
{
    public const string Trim = "trim";
    public const string Lowercase = "lowercase";
    public const string Uppercase = "uppercase";
    public const string Digits = "digits";
    public const string Email = "email";
    public const string EmailStripPlus = "email_strip_plus";
    public const string EmailGmailDots = "email_gmail_dots";
    public const string Phone = "phone";
    public const string Sha256 = "sha256";

    public static IReadOnlyList<string> All { get; } =
        [Trim, Lowercase, Uppercase, Digits, Email, EmailStripPlus, EmailGmailDots, Phone, Sha256];

    // Together they would undo each other, or leave nothing.
    private static readonly (string, string)[] Contradictions =
        [(Lowercase, Uppercase), (Email, Uppercase), (Email, Digits), (Email, Phone), (Phone, Digits)];

    /// <summary>What is wrong with a step where it stands; null where nothing is.</summary>
    public static string? Error(IReadOnlyList<string> steps, int index)
    {
        var step = steps[index];
        var before = steps.Take(index).ToList();
        if (!All.Contains(step, StringComparer.Ordinal))
            return $"is no step; expected one of {string.Join(", ", All)}";
        if (before.Contains(step))
            return $"is {step} again; a step is taken once";
        if (before.Contains(Sha256))
            return $"is {step} after sha256; a hash is the last step";
        if (step is EmailStripPlus or EmailGmailDots && !before.Contains(Email))
            return $"is {step} before email; expected email in front of it";
        var other = Contradictions.Where(c => c.Item1 == step || c.Item2 == step).Select(c => c.Item1 == step ? c.Item2 : c.Item1).FirstOrDefault(before.Contains);
        return other is null ? null : $"is {step} after {other}; the two contradict each other";
    }
}
