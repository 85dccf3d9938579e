using Cdp.Activation;

namespace Cdp.Storage.Embedded.Activation;

/// <summary>Chooses the embedded store for the stage.</summary>
public static class EmbeddedActivation
{
    /// <summary>Keeps the stage's state under <c>Cdp:DataDirectory</c> in SQLite.</summary>
    public static ActivationBuilder UseEmbedded(this ActivationBuilder builder) => builder;
}
