namespace Cdp.Move.Sides;

/// <summary>Where content is moved to.</summary>
internal enum Place
{
    /// <summary>The data directory.</summary>
    Embedded,

    /// <summary>The engines that have a connection string.</summary>
    Engines,
}
