using Cdp.Storage.Elastic.Indices;
using Cdp.Storage.Elastic.Writing;

namespace Cdp.Storage.Elastic.Searching;

/// <summary>Lets a search see everything that the index in memory held when it began. One refresh serves all that wait.</summary>
internal sealed class Freshness(IndexFollower follower, IndexReader reader, IndexNames names) : IDisposable
{
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private long _visible = -1;

    /// <summary>Waits for what is noted to be written, and makes it visible where it is not yet.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        await follower.CaughtUpAsync(cancellationToken);
        var needed = follower.Writes;
        if (Volatile.Read(ref _visible) >= needed)
            return;
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            if (_visible >= needed)
                return;
            var written = follower.Writes;
            await reader.RefreshAsync(names.Live, cancellationToken);
            Volatile.Write(ref _visible, written);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _refreshing.Dispose();
}
