using Cdp.Collection.Log;
using Cdp.Contracts.Collection.V1;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Cdp.Storage.Kafka.Log;

/// <summary>
/// Reads for one reader of the feed: new events from memory, older ones from the brokers, on a thread that may block and with
/// consumers of its own, which it gives up once it has caught up.
/// </summary>
internal sealed partial class KafkaLogCursor(RecentRows recent, Func<RowHistory> openHistory, ILogger logger) : ILogCursor
{
    private const int PortionBytes = 4 * PackedRow.FullBytes;
    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(1);
    private readonly HashSet<int> _behind = [];
    private RowHistory? _history;

    public async ValueTask<IReadOnlyList<EventFeedBatch>> ReadAsync(int partition, long from, long head, CancellationToken cancellationToken)
    {
        if (recent.Read(partition, from) is { Count: > 0 } fresh)
        {
            if (_behind.Remove(partition) && _behind.Count == 0)
                await DisposeAsync();
            return fresh;
        }
        _behind.Add(partition);
        try
        {
            return await Alone(() => Read(partition, from, head, cancellationToken));
        }
        catch (TimeoutException)
        {
            // The brokers may answer later; the reader asks again.
            return [];
        }
        catch (KafkaException exception)
        {
            throw new LogUnavailableException($"The event log cannot be read: {exception.Message}", ComeAgain, inner: exception);
        }
    }

    /// <summary>Gives up the consumers; they come back at the next read of older events.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _history, null) is { } history)
            await Alone(() => history.Dispose());
    }

    private static Task<T> Alone<T>(Func<T> read) =>
        Task.Factory.StartNew(read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static Task Alone(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private List<EventFeedBatch> Read(int partition, long from, long head, CancellationToken cancellationToken)
    {
        _history ??= openHistory();
        var batches = new List<EventFeedBatch>();
        var bytes = 0;
        for (var at = from; at < head && bytes < PortionBytes && (batches.Count == 0 || recent.Find(partition, at) is null);)
        {
            var row = _history.Read(partition, at, cancellationToken) ?? new StoredRow(head, 0, 0, []);
            if (row.First > at)
                LogGone(partition, at, row.First - 1);
            batches.Add(row.Count == 0
                ? new EventFeedBatch { Partition = partition, FirstOffset = row.First }
                : PackedRow.ToBatch(partition, row.First, row.Count, row.Records, at));
            bytes += row.Records.Length;
            at = row.End;
        }
        return batches;
    }

    [LoggerMessage(EventId = 150, Level = LogLevel.Warning, Message = "Events {First} to {Last} of partition {Partition} are in the event log no longer (retention, or deleted by hand); a reader goes on after them.")]
    private partial void LogGone(int partition, long first, long last);
}
