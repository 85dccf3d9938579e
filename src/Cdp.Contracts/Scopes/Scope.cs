using System.Collections.Frozen;

namespace Cdp.Contracts.Scopes;

/// <summary>What an API key may do: <c>resource:read</c>, <c>resource:write</c>, or all.</summary>
public static class Scope
{
    /// <summary>Everything, including what has no scope of its own.</summary>
    public const string All = "*";

    private static readonly string[] Resources =
    [
        "activations", "api_keys", "audit", "consent", "dead_letters", "deliveries", "destinations", "identity", "imports",
        "pipeline", "profiles", "regulations", "segments", "sources",
    ];

    private static readonly FrozenSet<string> Index = Resources.SelectMany(r => new[] { $"{r}:read", $"{r}:write" })
        .Append(All).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>All scopes there are, by name.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. Index.Order(StringComparer.Ordinal)];

    /// <summary>Whether there is such a scope.</summary>
    public static bool IsKnown(string scope) => Index.Contains(scope);

    /// <summary>Whether a holder of some scopes may do what another scope stands for. Writing does not imply reading.</summary>
    public static bool Covers(IEnumerable<string> granted, string required) => granted.Any(g => g == All || g == required);
}
