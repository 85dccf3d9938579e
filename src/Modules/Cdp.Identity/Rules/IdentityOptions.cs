namespace Cdp.Identity.Rules;

/// <summary>Settings of the stage, at <c>Cdp:Identity</c>.</summary>
public sealed class IdentityOptions
{
    /// <summary>Configuration path.</summary>
    public const string Section = "Cdp:Identity";

    /// <summary>Identifier types that differ from their defaults, or from 5 values, ever, where they have none.</summary>
    public Dictionary<string, IdentifierTypeOptions> Identifiers { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Regular expressions of values that are never identifiers; null: the default ones.</summary>
    public string[]? BlockedValues { get; set; }

    /// <summary>Identifiers kept in memory.</summary>
    public int CacheSize { get; set; } = 1_000_000;
}

/// <summary>Rules of one identifier type; what is null stays as it is by default.</summary>
public sealed class IdentifierTypeOptions
{
    /// <summary>Most values on one person within the window.</summary>
    public int? Limit { get; set; }

    /// <summary>ever, annually, monthly or weekly.</summary>
    public string? Window { get; set; }

    /// <summary>1 is the highest; types without one come after all that have one, by name.</summary>
    public int? Priority { get; set; }
}
