namespace Cdp.Collection.Sources;

/// <summary>A source as it is stored.</summary>
/// <param name="Id">Source id.</param>
/// <param name="Name">Name.</param>
/// <param name="Enabled">Whether its events are taken.</param>
/// <param name="KeyHash">SHA-256 of its write key.</param>
/// <param name="KeyHint">Last 4 characters of the key.</param>
/// <param name="CreatedAt">Creation, ms since 1970.</param>
public sealed record StoredSource(string Id, string Name, bool Enabled, byte[] KeyHash, string KeyHint, long CreatedAt);

/// <summary>Where sources are kept.</summary>
public interface ISourceStore
{
    /// <summary>All sources, oldest first.</summary>
    Task<IReadOnlyList<StoredSource>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Creates or replaces a source.</summary>
    Task PutAsync(StoredSource source, CancellationToken cancellationToken);
}
