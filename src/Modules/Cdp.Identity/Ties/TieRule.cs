namespace Cdp.Identity.Ties;

/// <summary>What makes identifiers of an event one person.</summary>
internal static class TieRule
{
    /// <summary>They came on one event.</summary>
    public const string SharedIdentifier = "shared_identifier";

    /// <summary>An alias said so.</summary>
    public const string Alias = "alias";
}
