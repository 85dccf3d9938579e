using Cdp.Collection.Log;
using Cdp.Storage.Kafka.Connection;
using Confluent.Kafka;

namespace Cdp.Storage.Kafka.Log;

/// <summary>Reads on in the topic of commits, and writes to it.</summary>
internal sealed class CommitJournal(KafkaConnection connection, TransactionalProducer producer, Topics topics, CommitTrim trim)
{
    // Keys of a commit are spread over records that brokers take.
    private const int RecordKeyBytes = PackedRow.FullBytes / 2;
    private readonly TopicPartition _partition = new(topics.Commits, 0);
    private long _next;

    /// <summary>Who writes here; a commit of another process, seen after our first, means that it took over.</summary>
    public Guid Owner { get; } = Guid.NewGuid();

    /// <summary>Commits since the last that was read or written.</summary>
    /// <param name="linger">How long to wait for another.</param>
    /// <param name="settled">Whether open transactions have to end first; only where none is ours.</param>
    public IEnumerable<CommitRecord> ReadOn(TimeSpan linger, bool settled)
    {
        using var reader = new PartitionReader(connection);
        while (reader.Read(_partition, _next, linger, settled, CancellationToken.None) is { } record)
        {
            var mark = RecordMark.Required(record);
            Passed(record.Offset, mark.ReceivedAt);
            yield return CommitRecord.Of(record.Message.Value);
        }
    }

    /// <summary>Adds what a commit adds to the transaction; <paramref name="heads"/> as they are after it.</summary>
    public Delivery Write(long[] heads, IEnumerable<LoggedRow> rows, long receivedAt)
    {
        var some = new List<LoggedRow>();
        var bytes = 0;
        foreach (var row in rows)
        {
            if (bytes > RecordKeyBytes)
            {
                Produce(heads, some, receivedAt);
                some.Clear();
                bytes = 0;
            }
            some.Add(row);
            bytes += row.Keys.Length;
        }
        return Produce(heads, some, receivedAt);
    }

    /// <summary>Notes that a commit is durable.</summary>
    public void Passed(long offset, long receivedAt)
    {
        _next = offset + 1;
        trim.Committed(offset, receivedAt);
    }

    private Delivery Produce(long[] heads, IReadOnlyList<LoggedRow> rows, long receivedAt) => producer.Produce(_partition, new Message<byte[], byte[]>
    {
        Value = new CommitRecord(Owner, heads, rows).ToBytes(),
        Headers = new RecordMark(RecordKind.Commit, 0, rows.Sum(r => r.Count), receivedAt).ToHeaders(),
    });
}
