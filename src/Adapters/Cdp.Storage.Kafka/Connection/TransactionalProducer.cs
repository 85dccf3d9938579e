using System.Diagnostics;
using Confluent.Kafka;

namespace Cdp.Storage.Kafka.Connection;

/// <summary>
/// Writes transactions. Whatever fails, the client is thrown away: the next one, once initialised, has ended the failed
/// transaction one way or the other. Used by one thread.
/// </summary>
internal sealed class TransactionalProducer(KafkaConnection connection, string transactionalId) : IDisposable
{
    private IProducer<byte[], byte[]>? _producer;
    private bool _begun;

    /// <summary>Whether a transaction can begin.</summary>
    public bool IsReady => _producer is not null;

    /// <summary>Whether the last transaction failed because another client took the id.</summary>
    public bool WasFenced { get; private set; }

    /// <summary>Whether anything is in the transaction.</summary>
    public bool HasBegun => _begun;

    /// <summary>Whether another client took the id. Brokers do the same where a transaction took too long.</summary>
    public static bool IsFence(KafkaException exception) =>
        exception.Error.Code is ErrorCode.Local_Fenced or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch;

    /// <summary>Takes the id: shuts out whoever had it, and ends its transaction.</summary>
    /// <param name="patience">How long to wait for brokers that are not ready.</param>
    public void Initialise(TimeSpan patience)
    {
        Abandon();
        WasFenced = false;
        var producer = connection.Producer(transactionalId);
        try
        {
            producer.InitTransactions(patience);
        }
        catch (KafkaException)
        {
            producer.Dispose();
            throw;
        }
        _producer = producer;
    }

    /// <summary>Adds a record; tells its offset once the transaction is committed.</summary>
    public Delivery Produce(TopicPartition partition, Message<byte[], byte[]> message)
    {
        var delivery = new Delivery();
        Guard(producer =>
        {
            if (!_begun)
                producer.BeginTransaction();
            _begun = true;
            // A failed delivery fails the commit.
            producer.Produce(partition, message, report => delivery.Offset = report.Offset.Value);
        });
        KafkaMetrics.Sent.Add(1, KafkaMetrics.Topic(partition.Topic));
        return delivery;
    }

    /// <summary>Commits what was added.</summary>
    public void Commit()
    {
        var started = Stopwatch.GetTimestamp();
        string? error = null;
        try
        {
            Guard(producer => producer.CommitTransaction(connection.Timeout));
            _begun = false;
        }
        catch (KafkaException exception)
        {
            error = exception.Error.Code.ToString();
            throw;
        }
        finally
        {
            KafkaMetrics.Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, KafkaMetrics.Operation("commit", error));
        }
    }

    /// <summary>Throws the client away; <see cref="Initialise"/> makes another.</summary>
    public void Abandon()
    {
        _producer?.Dispose();
        (_producer, _begun) = (null, false);
    }

    /// <inheritdoc />
    public void Dispose() => Abandon();

    private void Guard(Action<IProducer<byte[], byte[]>> action)
    {
        try
        {
            action(_producer ?? throw new InvalidOperationException("The producer is not initialised."));
        }
        catch (KafkaException exception)
        {
            WasFenced = IsFence(exception);
            throw;
        }
    }
}

/// <summary>Where a record came to lie.</summary>
internal sealed class Delivery
{
    /// <summary>Kafka offset; valid once its transaction is committed.</summary>
    public long Offset { get; set; }
}
