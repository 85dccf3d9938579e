using Cdp.Storage.Kafka.Connection;
using Confluent.Kafka;

namespace Cdp.Storage.Kafka.Log;

/// <summary>
/// Brokers compact only files that they have closed, and close one only at an append: where nothing else comes, erased events
/// would stay. So partitions with erasures get a tombstone that stands for nothing, once the lag is over. Used by the
/// writer's thread.
/// </summary>
internal sealed class SegmentRoller(TransactionalProducer producer, Topics topics)
{
    private static readonly byte[] Key = "roll"u8.ToArray();
    private readonly Dictionary<int, DateTimeOffset> _erased = [];
    private readonly List<int> _rolled = [];

    /// <summary>Notes an erasure in a partition.</summary>
    public void Erased(int partition, DateTimeOffset at) => _erased[partition] = at;

    /// <summary>Adds to a transaction what is due.</summary>
    public void Roll(long[] heads, DateTimeOffset now)
    {
        _rolled.Clear();
        _rolled.AddRange(_erased.Where(e => now - e.Value > topics.ErasureLag).Select(e => e.Key));
        foreach (var partition in _rolled)
        {
            foreach (var topic in new[] { topics.Events, topics.Rewritten })
            {
                producer.Produce(new TopicPartition(topic, partition), new Message<byte[], byte[]>
                {
                    Key = Key,
                    Value = null!,
                    Headers = new RecordMark(RecordKind.Removal, heads[partition], 0, now.ToUnixTimeMilliseconds()).ToHeaders(),
                });
            }
        }
    }

    /// <summary>Notes that the transaction is durable.</summary>
    public void Committed()
    {
        _rolled.ForEach(partition => _erased.Remove(partition));
        _rolled.Clear();
    }
}
