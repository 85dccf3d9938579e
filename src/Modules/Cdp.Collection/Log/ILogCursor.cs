using Cdp.Contracts.Collection.V1;

namespace Cdp.Collection.Log;

/// <summary>Reads rows for one reader of the feed, which asks for one portion at a time.</summary>
public interface ILogCursor : IAsyncDisposable
{
    /// <summary>
    /// Durable events of a partition from an offset on, a few MB at most. Empty where none can be had at the moment; ask
    /// again. A batch without events says that what lies before its offset is in the log no longer.
    /// </summary>
    /// <param name="partition">Partition to read.</param>
    /// <param name="from">First offset wanted; it lies before the head.</param>
    /// <param name="head">Where to end, at most the next offset of the partition: everything before it is durable.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<IReadOnlyList<EventFeedBatch>> ReadAsync(int partition, long from, long head, CancellationToken cancellationToken);
}
