using Confluent.Kafka;

namespace Cdp.Storage.Kafka.Connection;

/// <summary>
/// Reads committed records of one partition at a time, from any offset forward. Blocks: only for threads that may. It fetches
/// ahead as long as it lives, so it is to be disposed as soon as there is nothing left to read.
/// </summary>
internal sealed class PartitionReader(KafkaConnection connection) : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private readonly IConsumer<byte[], byte[]> _consumer = connection.Consumer();
    private readonly HashSet<string> _known = [];
    private TopicPartition? _partition;
    private long _next;

    /// <summary>The first record at or after an offset; null where there is none.</summary>
    /// <param name="partition">Partition to read.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="linger">How long to wait at the end for another record.</param>
    /// <param name="settled">Whether the end is that of all transactions; else an open one ends the reading, too.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">The brokers do not answer.</exception>
    public ConsumeResult<byte[], byte[]>? Read(TopicPartition partition, long offset, TimeSpan linger, bool settled, CancellationToken cancellationToken)
    {
        // A question about its topic is what makes the client look for its leaders at once, and not within a second.
        if (_known.Add(partition.Topic))
            Range(partition);
        if (partition != _partition || offset != _next)
            _consumer.Assign(new TopicPartitionOffset(partition, offset));
        (_partition, _next) = (partition, offset);
        var atEnd = false;
        for (var waited = TimeSpan.Zero; waited < (atEnd ? linger : connection.Patience); waited += Poll)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = _consumer.Consume(Poll);
            if (result is null)
                continue;
            if (!result.IsPartitionEOF)
            {
                _next = result.Offset + 1;
                KafkaMetrics.Consumed.Add(1, KafkaMetrics.Topic(partition.Topic));
                return result;
            }
            // Before the last offset that brokers have, a transaction is still under way, or its end is not written yet.
            atEnd = !settled || _consumer.GetWatermarkOffsets(partition).High <= result.Offset;
        }
        // The end is only told once; another read has to ask anew.
        _partition = null;
        return atEnd ? null : throw Unanswered();
    }

    /// <summary>The first offset of a partition and the one after its last.</summary>
    /// <exception cref="TimeoutException">The brokers do not answer.</exception>
    public (long Low, long High) Range(TopicPartition partition)
    {
        for (var waited = TimeSpan.Zero; waited < connection.Patience; waited += Poll)
        {
            try
            {
                var range = _consumer.QueryWatermarkOffsets(partition, connection.Patience);
                return (range.Low, range.High);
            }
            catch (KafkaException exception) when (exception.Error.Code is ErrorCode.Local_UnknownPartition or ErrorCode.Local_UnknownTopic or ErrorCode.Local_Transport)
            {
                // A topic that was just made is not known to all brokers yet, and one that starts takes no connections.
                Thread.Sleep(Poll);
            }
            catch (KafkaException exception) when (exception.Error.Code is ErrorCode.Local_TimedOut or ErrorCode.Local_AllBrokersDown)
            {
                break;
            }
        }
        _known.Remove(partition.Topic);
        throw Unanswered();
    }

    /// <inheritdoc />
    public void Dispose() => _consumer.Dispose();

    private TimeoutException Unanswered() => new($"Kafka did not answer within {connection.Patience.TotalSeconds:0.#} s{connection.Complaint}.");
}
