using Cdp.Contracts.Failures;
using Cdp.Retention;
using Cdp.SegmentSearch.Index;
using Cdp.SegmentSearch.Store;

namespace Cdp.SegmentSearch.Segments;

/// <summary>What the stage holds in memory: the index, the segments, and how far they have come.</summary>
internal sealed class SegmentState(TimeProvider time, IIndexFollower? follower = null, RetentionAges? ages = null) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SegmentCatalog? _catalog;
    private SegmentPositions _durable;

    public ProfileIndex Index { get; } = new(follower, ages?.Timeline);

    /// <summary>The segments; the one writer exchanges the catalog, readers keep to the one that they took.</summary>
    public SegmentCatalog Catalog
    {
        get => Volatile.Read(ref _catalog) ?? new SegmentCatalog([], Index);
        set => Volatile.Write(ref _catalog, value);
    }

    /// <summary>Positions up to which everything is stored.</summary>
    public SegmentPositions Durable
    {
        get
        {
            lock (_gate)
                return _durable;
        }
        set
        {
            lock (_gate)
                _durable = value;
        }
    }

    /// <summary>Whether the index holds all profiles.</summary>
    public bool IsLoaded
    {
        get
        {
            lock (_gate)
                return _loaded.Task.IsCompleted;
        }
    }

    public void MarkLoaded()
    {
        follower?.Loaded();
        lock (_gate)
            _loaded.TrySetResult();
    }

    /// <summary>The index cannot be relied on any more and has to be built again.</summary>
    public void MarkLost()
    {
        follower?.Cleared();
        lock (_gate)
        {
            if (_loaded.Task.IsCompleted)
                _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits a moment for the index to be there; UNAVAILABLE where it takes longer.</summary>
    public async Task WaitLoadedAsync(CancellationToken cancellationToken)
    {
        Task loaded;
        lock (_gate)
            loaded = _loaded.Task;
        try
        {
            await loaded.WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Failure.Unavailable("The index of profiles is still being built; try again later.");
        }
    }

    /// <inheritdoc />
    public void Dispose() => Index.Dispose();
}
