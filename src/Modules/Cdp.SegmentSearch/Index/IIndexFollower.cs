namespace Cdp.SegmentSearch.Index;

/// <summary>
/// An index elsewhere that holds what the one in memory holds. It is told of every change, within that change: calls only
/// take note and return at once, but for <see cref="CaughtUpAsync"/>.
/// </summary>
public interface IIndexFollower
{
    /// <summary>Everything is forgotten, to be read anew; until <see cref="Loaded"/> the index is not complete.</summary>
    void Cleared();

    /// <summary>Everything is there; what is elsewhere may differ from it in any way.</summary>
    void Loaded();

    /// <summary>A profile was added, changed, absorbed by another or erased.</summary>
    void Changed(string profileId);

    /// <summary>Waits until everything that was noted before the call is elsewhere, too; UNAVAILABLE where that takes too long.</summary>
    Task CaughtUpAsync(CancellationToken cancellationToken);
}
