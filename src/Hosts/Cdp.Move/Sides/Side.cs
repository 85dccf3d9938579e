using Cdp.Archives;
using Cdp.Move.Archives;

namespace Cdp.Move.Sides;

/// <summary>The stores of one side, which nobody else uses as long as it is open.</summary>
/// <param name="name">What it is, for people.</param>
/// <param name="stores">The stores.</param>
internal abstract class Side(string name, WebApplication stores, bool isWithLog) : IAsyncDisposable
{
    /// <summary>What it is, for people.</summary>
    public string Name { get; } = name;

    /// <summary>Whether the event log moves, too; else it stays in the data directory.</summary>
    public bool IsWithLog { get; } = isWithLog;

    /// <summary>Everything that it holds, in the order in which it is to be copied.</summary>
    public IReadOnlyList<IArchive> Archives { get; } = PlatformArchives.Of(stores.Services, isWithLog);

    /// <summary>Whether it is noted that this side is incomplete.</summary>
    public abstract Task<bool> HasBegunAsync(CancellationToken cancellationToken);

    /// <summary>Notes that this side is incomplete, so that the platform does not start on it.</summary>
    public abstract Task BeginAsync(CancellationToken cancellationToken);

    /// <summary>Notes that this side is complete.</summary>
    public abstract Task EndAsync(CancellationToken cancellationToken);

    /// <inheritdoc />
    public virtual ValueTask DisposeAsync() => stores.DisposeAsync();
}
