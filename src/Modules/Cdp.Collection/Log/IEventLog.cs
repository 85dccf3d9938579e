using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;

namespace Cdp.Collection.Log;

/// <summary>
/// The durable, partitioned, deduplicating event log. Every adapter passes the same suite.
/// </summary>
public interface IEventLog
{
    /// <summary>Number of partitions; fixed when the log is created.</summary>
    int Partitions { get; }

    /// <summary>
    /// Appends the events of a block that were not seen within the deduplication window and completes when they, and the
    /// events that its duplicates repeat, are durable. The block may be disposed afterwards. Concurrent calls share a commit.
    /// </summary>
    /// <returns>For each entry whether it was a duplicate, in order; null where none was.</returns>
    /// <exception cref="LogUnavailableException">The log is full, too many appends wait, or disk or brokers refuse. The same
    /// block may be sent again: either nothing of it is in the log, or, where a commit was not answered, all of it, and then
    /// its events are duplicates.</exception>
    ValueTask<bool[]?> AppendAsync(EventBlock block, CancellationToken cancellationToken);

    /// <summary>The next offset of every partition.</summary>
    ValueTask<IReadOnlyList<FeedPosition>> HeadsAsync(CancellationToken cancellationToken);

    /// <summary>Durable events from the positions given (partitions not named: from 0), without end, in order within a
    /// partition.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be read now; read again from the last position.</exception>
    IAsyncEnumerable<EventFeedBatch> ReadAsync(IReadOnlyCollection<FeedPosition> from, CancellationToken cancellationToken);

    /// <summary>Events at positions, in that order; null where the log does not hold one (any more). Erased ones are of type ERASED.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be read now.</exception>
    Task<IReadOnlyList<Event?>> FindAsync(IReadOnlyList<FeedPosition> positions, CancellationToken cancellationToken);

    /// <summary>Replaces events by empty ones of type ERASED; returns how many were not erased before. When it returns, no read
    /// shows them any more. Their bytes are gone from the embedded log's files by then, and from Kafka's disks within
    /// <c>Cdp:Kafka:ErasureLag</c>.</summary>
    Task<int> EraseAsync(IReadOnlyCollection<FeedPosition> positions, CancellationToken cancellationToken);
}

/// <summary>The log cannot take events now; the sender should come again.</summary>
/// <param name="message">What is wrong, for the answer to the sender.</param>
/// <param name="retryAfter">When to come again.</param>
/// <param name="isOverload">Whether too much comes at once; else the log cannot be written at all.</param>
/// <param name="inner">The cause.</param>
public sealed class LogUnavailableException(string message, TimeSpan retryAfter, bool isOverload = false, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>When to come again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;

    /// <summary>Whether too much comes at once; else the log cannot be written at all.</summary>
    public bool IsOverload { get; } = isOverload;
}
