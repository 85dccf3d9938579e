using System.Text;

namespace Cdp.Collection.Intake;

/// <summary>The source that a request was authenticated as.</summary>
/// <param name="id">Source id.</param>
/// <param name="enabled">Whether its events are taken.</param>
public sealed class SourceIdentity(string id, bool enabled)
{
    /// <summary>Source id.</summary>
    public string Id { get; } = id;

    /// <summary>Whether its events are taken.</summary>
    public bool Enabled { get; } = enabled;

    /// <summary>Source id in UTF-8.</summary>
    internal byte[] IdUtf8 { get; } = Encoding.UTF8.GetBytes(id);
}
