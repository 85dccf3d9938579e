using Cdp.Profile;

namespace Cdp.Storage.Embedded.Profile;

/// <summary>Chooses the embedded store for the stage.</summary>
public static class EmbeddedProfile
{
    /// <summary>Keeps the stage's state under <c>Cdp:DataDirectory</c> in SQLite.</summary>
    public static ProfileBuilder UseEmbedded(this ProfileBuilder builder) => builder;
}
