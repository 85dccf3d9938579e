using Cdp.Storage.Kafka.Connection;
using Confluent.Kafka;

namespace Cdp.Storage.Kafka.Log;

/// <summary>
/// Reads rows from the brokers, forward. Offsets of the log are dense and Kafka's are not, so the place of a row is found by
/// halving; from there on the next row is the next record. Blocks; for one thread at a time.
/// </summary>
internal sealed class RowHistory(KafkaConnection connection, Topics topics, RewrittenRows rewritten) : IDisposable
{
    // Few enough that reading them in order is no dearer than another jump.
    private const int NearEnough = 8;
    private readonly Dictionary<int, (long Offset, long Place)> _next = [];
    private PartitionReader? _events;
    private PartitionReader? _rewrites;

    /// <summary>
    /// The row that holds an offset; the next one where that is gone; null where nothing is left from there on. An erased event
    /// is never in it, even where the brokers still have the row as it was.
    /// </summary>
    public StoredRow? Read(int partition, long offset, CancellationToken cancellationToken)
    {
        if (rewritten.Find(partition, offset) is { } rewrite)
            return ReadRewritten(partition, rewrite, cancellationToken);
        var row = ReadEvents(partition, offset, cancellationToken);
        if (row?.First <= offset)
            return row;
        // A gap: a row that was rewritten and compacted away is no loss, only what retention took is.
        if (rewritten.After(partition, offset) is { } next && (row is null || next.First <= row.First))
            return ReadRewritten(partition, next, cancellationToken);
        return row;
    }

    /// <summary>Kafka offset at which the next rewritten row of a partition will lie, or after it.</summary>
    public long NextPlace(int partition) => (_rewrites ??= new PartitionReader(connection)).Range(new TopicPartition(topics.Rewritten, partition)).High;

    /// <inheritdoc />
    public void Dispose()
    {
        _events?.Dispose();
        _rewrites?.Dispose();
    }

    private StoredRow ReadRewritten(int partition, Rewrite rewrite, CancellationToken cancellationToken)
    {
        _rewrites ??= new PartitionReader(connection);
        var place = rewrite.Place;
        while (_rewrites.Read(new TopicPartition(topics.Rewritten, partition), place, TimeSpan.Zero, settled: true, cancellationToken) is { } record)
        {
            place = record.Offset + 1;
            if (RecordMark.Required(record) is var mark && mark.First == rewrite.First && record.Message.Value is { } records)
                return new StoredRow(mark.First, mark.Count, mark.ReceivedAt, records);
        }
        return new StoredRow(rewrite.First + rewrite.Count, 0, 0, []);
    }

    private StoredRow? ReadEvents(int partition, long offset, CancellationToken cancellationToken)
    {
        _events ??= new PartitionReader(connection);
        var topic = new TopicPartition(topics.Events, partition);
        var place = _next.TryGetValue(partition, out var next) && next.Offset == offset ? next.Place : Locate(topic, offset, cancellationToken);
        while (_events.Read(topic, place, TimeSpan.Zero, settled: true, cancellationToken) is { } record)
        {
            var mark = RecordMark.Required(record);
            if (mark.Kind == RecordKind.Row && mark.End > offset)
            {
                if (mark.First <= offset)
                    _next[partition] = (mark.End, record.Offset + 1);
                return new StoredRow(mark.First, mark.Count, mark.ReceivedAt, record.Message.Value);
            }
            place = record.Offset + 1;
        }
        return null;
    }

    // A place with no row before it that holds the offset or a later one, and few between them.
    private long Locate(TopicPartition topic, long offset, CancellationToken cancellationToken)
    {
        var (low, high) = _events!.Range(topic);
        while (high - low > NearEnough)
        {
            var middle = low + ((high - low) / 2);
            var record = _events.Read(topic, middle, TimeSpan.Zero, settled: true, cancellationToken);
            // Both rows and removals tell how far the log was.
            if (record is null || record.Offset >= high || RecordMark.Required(record).First > offset)
                high = middle;
            else
                low = record.Offset;
        }
        return low;
    }
}
