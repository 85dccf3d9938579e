using Cdp.Contracts.Identity.V1;

namespace Cdp.Identity.Splitting;

/// <summary>What is left of a split when a person is erased.</summary>
public static class SplitErasure
{
    /// <summary>The split without some identifiers.</summary>
    public static Split Without(Split split, IReadOnlySet<(string Type, string Value)> identifiers)
    {
        var rest = split.Clone();
        if (rest.Identifier is { } taken && identifiers.Contains((taken.Type, taken.Value)))
            rest.Identifier = null;
        foreach (var part in rest.Parts)
        {
            var kept = part.Identifiers.Where(i => !identifiers.Contains((i.Type, i.Value))).ToList();
            part.Identifiers.Clear();
            part.Identifiers.AddRange(kept);
        }
        return rest;
    }
}
