using Cdp.Contracts.Identity.V1;

namespace Cdp.Identity.Rules.Documents;

/// <summary>Rules as they stand in a document: null is what it does not say.</summary>
internal sealed record RulesDraft(
    IReadOnlyList<IdentifierDraft> Identifiers,
    IReadOnlyList<string?>? BlockedValues,
    IReadOnlyList<string?>? BlockedPatterns,
    string? Strategy,
    long? DefaultLimit,
    string? DefaultWindow,
    long? Version)
{
    /// <summary>The types of the document, and those that are built in and not in the document.</summary>
    public IReadOnlyList<IdentifierDraft> WithBuiltIn() =>
    [
        .. Identifiers,
        .. BuiltInRules.Types.Where(type => Identifiers.All(i => i.Type != type)).Select(type => new IdentifierDraft("") { Type = type }),
    ];

    /// <summary>The rules, once they are checked. What the document does not say is as by default.</summary>
    public IdentityRules Complete()
    {
        var rules = new IdentityRules
        {
            BlockedValues = { (BlockedValues ?? []).OfType<string>() },
            BlockedPatterns = { (BlockedPatterns ?? BuiltInRules.BlockedPatterns).OfType<string>() },
            Strategy = Strategy ?? BuiltInRules.Strategy,
            DefaultLimit = (int)(DefaultLimit ?? BuiltInRules.Limit),
            DefaultWindow = DefaultWindow ?? BuiltInRules.Window,
        };
        rules.Identifiers.AddRange(WithBuiltIn().Select(i => i.Complete(rules.DefaultLimit, rules.DefaultWindow)));
        return ConfiguredRules.InOrder(rules);
    }
}

/// <summary>The rule of one type as it stands in a document.</summary>
/// <param name="Path">Its path; empty where the document does not have it.</param>
internal sealed record IdentifierDraft(string Path)
{
    public string? Type { get; init; }

    public IReadOnlyList<string?>? From { get; init; }

    public IReadOnlyList<string?>? Normalise { get; init; }

    public string? Region { get; init; }

    public long? Limit { get; init; }

    public string? Window { get; init; }

    public long? Priority { get; init; }

    public bool? Unique { get; init; }

    public IReadOnlyList<string?>? BlockedValues { get; init; }

    public IReadOnlyList<string?>? BlockedPatterns { get; init; }

    /// <summary>The rule, with what is not said as by default.</summary>
    public IdentifierRule Complete(int limit, string window)
    {
        var rule = BuiltInRules.Of(Type ?? "", limit, window);
        if (Unique == true)
            (rule.Limit, rule.Window) = (1, BuiltInRules.Window);
        rule.Limit = (int)(Limit ?? rule.Limit);
        rule.Window = Window ?? rule.Window;
        rule.Priority = (int)(Priority ?? rule.Priority);
        rule.Unique = Unique ?? false;
        rule.Region = Region ?? "";
        Replace(rule.From, From);
        Replace(rule.Normalise, Normalise);
        rule.BlockedValues.AddRange((BlockedValues ?? []).OfType<string>());
        rule.BlockedPatterns.AddRange((BlockedPatterns ?? []).OfType<string>());
        return rule;
    }

    private static void Replace(Google.Protobuf.Collections.RepeatedField<string> field, IReadOnlyList<string?>? values)
    {
        if (values is null)
            return;
        field.Clear();
        field.AddRange(values.OfType<string>());
    }
}
