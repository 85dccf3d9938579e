namespace Cdp.Archives;

/// <summary>A store whose content can be moved to another one.</summary>
public interface IArchived
{
    /// <summary>Everything that it holds, in the order in which it is to be copied.</summary>
    IReadOnlyList<IArchive> Archives { get; }
}
