using Cdp.Governance;

namespace Cdp.Storage.Embedded.Governance;

/// <summary>Chooses the embedded store for the stage.</summary>
public static class EmbeddedGovernance
{
    /// <summary>Keeps the stage's state under <c>Cdp:DataDirectory</c> in SQLite.</summary>
    public static GovernanceBuilder UseEmbedded(this GovernanceBuilder builder) => builder;
}
