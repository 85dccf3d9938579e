using System.Buffers.Binary;
using Cdp.Collection.Log;
using Cdp.Storage.Kafka.Connection;
using Confluent.Kafka;

namespace Cdp.Storage.Kafka.Log;

/// <summary>
/// Erases events. Kafka cannot change a record: the row goes to another topic without them, its place to a third, and a
/// tombstone makes compaction take the former row off the brokers' disks. Used by the writer's thread.
/// </summary>
internal sealed class RowEraser(TransactionalProducer producer, Topics topics, RewrittenRows rewritten, RecentRows recent, Func<RowHistory> openHistory)
{
    private readonly List<(int Partition, StoredRow Row, Delivery Place)> _written = [];
    private readonly Dictionary<int, long> _places = [];
    private RowHistory? _history;

    /// <summary>A rewritten row and its partition, from the record that tells its place.</summary>
    public static (int Partition, Rewrite Rewrite) Place(ConsumeResult<byte[], byte[]> record)
    {
        var mark = RecordMark.Required(record);
        var value = record.Message.Value.AsSpan();
        return (BinaryPrimitives.ReadInt32BigEndian(value), new Rewrite(mark.First, mark.Count, BinaryPrimitives.ReadInt64BigEndian(value[4..])));
    }

    /// <summary>Adds the erasure to the transaction; returns how many were not erased before.</summary>
    public int Erase(int partition, IReadOnlyCollection<long> offsets, long head)
    {
        var wanted = offsets.Where(o => o >= 0 && o < head).ToHashSet();
        var erased = 0;
        while (wanted.Count > 0)
        {
            var at = wanted.Min();
            var row = recent.Find(partition, at) ?? (_history ??= openHistory()).Read(partition, at, CancellationToken.None);
            if (row is null || row.First > at)
            {
                // What retention took needs no erasure.
                wanted.RemoveWhere(o => o < (row?.First ?? head));
                continue;
            }
            var count = PackedRow.Erase(row.First, row.Records, wanted, out var records);
            if (count > 0)
                Rewrite(partition, row with { Records = records }, head);
            erased += count;
        }
        return erased;
    }

    /// <summary>From here on readers take the rewritten rows; returns their partitions.</summary>
    public IReadOnlyCollection<int> Committed()
    {
        int[] partitions = [.. _places.Keys];
        foreach (var (partition, row, place) in _written)
        {
            rewritten.Put(partition, new Rewrite(row.First, row.Count, place.Offset));
            recent.Replace(partition, row);
        }
        Abandon();
        return partitions;
    }

    /// <summary>Forgets what was added to a transaction that failed, and gives up the consumers.</summary>
    public void Abandon()
    {
        _written.Clear();
        _places.Clear();
        _history?.Dispose();
        _history = null;
    }

    private void Rewrite(int partition, StoredRow row, long head)
    {
        var key = StoredRow.Key(partition, row.First);
        var headers = new RecordMark(RecordKind.Row, row.First, row.Count, row.ReceivedAt).ToHeaders();
        if (!_places.TryGetValue(partition, out var place))
            _places[partition] = place = (_history ??= openHistory()).NextPlace(partition);
        var delivery = producer.Produce(new TopicPartition(topics.Rewritten, partition), new Message<byte[], byte[]> { Key = key, Value = row.Records, Headers = headers });
        var value = new byte[12];
        BinaryPrimitives.WriteInt32BigEndian(value, partition);
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(4), place);
        producer.Produce(new TopicPartition(topics.Rewrites, 0), new Message<byte[], byte[]>
        {
            Key = key,
            Value = value,
            Headers = new RecordMark(RecordKind.Rewrite, row.First, row.Count, row.ReceivedAt).ToHeaders(),
        });
        producer.Produce(new TopicPartition(topics.Events, partition), new Message<byte[], byte[]>
        {
            Key = key,
            Value = null!,
            Headers = new RecordMark(RecordKind.Removal, head, 0, row.ReceivedAt).ToHeaders(),
        });
        _written.Add((partition, row, delivery));
    }
}
