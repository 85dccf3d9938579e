namespace Cdp.Identity.Rules;

/// <summary>
/// What becomes of persons whose identifiers come together on an event. Names and meaning follow
/// https://docs.mparticle.com/guides/idsync/components/.
/// </summary>
internal static class Strategies
{
    /// <summary>They are one person.</summary>
    public const string Merge = "merge";

    /// <summary>A login has a person of its own; the anonymous person beside it is linked to it and stays.</summary>
    public const string Link = "link";

    /// <summary>A login has a person of its own, and nothing else on its events says who it is.</summary>
    public const string Isolate = "isolate";

    /// <summary>The event is the person's that holds the identifier of highest priority; nobody is merged.</summary>
    public const string BestMatch = "best_match";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All { get; } = [Merge, Link, Isolate, BestMatch];

    /// <summary>Whether a strategy tells logins, which are identifiers of unique types, from the rest.</summary>
    public static bool NeedsLogins(string? strategy) => strategy is Link or Isolate;
}
