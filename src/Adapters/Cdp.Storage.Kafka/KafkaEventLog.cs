using Cdp.Collection;
using Cdp.Collection.Log;
using Cdp.Storage.Kafka.Connection;
using Cdp.Storage.Kafka.Log;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Cdp.Storage.Kafka;

/// <summary>The event log in topics of Kafka. One process at a time owns it: whoever opened it last.</summary>
public sealed class KafkaEventLog : GroupCommitLog
{
    private const long RecentBytes = 64L * 1024 * 1024;
    private readonly KafkaConnection _connection;
    private readonly TopicSetup _setup;
    private readonly KafkaLogStorage _storage;

    /// <summary>Makes the log; <see cref="OpenAsync"/> opens it.</summary>
    /// <param name="brokers">Brokers: <c>host:port,host:port</c>.</param>
    /// <param name="kafka">Settings of Kafka.</param>
    /// <param name="options">Partitions and deduplication window.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Told when the log cannot be written, or is lost to another process.</param>
    /// <param name="recentBytes">How much of the newest events is kept in memory for readers.</param>
    public KafkaEventLog(string brokers, KafkaOptions kafka, CollectionOptions options, TimeProvider time, ILogger<KafkaEventLog> logger, long recentBytes = RecentBytes)
        : this(new KafkaConnection(brokers, kafka), kafka, new Topics(kafka, options.Partitions), options, time, logger, recentBytes)
    {
    }

    private KafkaEventLog(
        KafkaConnection connection, KafkaOptions kafka, Topics topics, CollectionOptions options, TimeProvider time, ILogger<KafkaEventLog> logger, long recentBytes)
        : this(connection, new TopicSetup(connection, kafka, topics), new KafkaLogStorage(connection, topics, options.Partitions, options.DeduplicationWindow, recentBytes, time, logger), options, time, logger)
    {
    }

    private KafkaEventLog(KafkaConnection connection, TopicSetup setup, KafkaLogStorage storage, CollectionOptions options, TimeProvider time, ILogger<KafkaEventLog> logger)
        : base(storage, options, time, logger) => (_connection, _setup, _storage) = (connection, setup, storage);

    /// <summary>Cancelled once another process owns the log: this one refuses everything from then on, and should end.</summary>
    public CancellationToken Lost => _storage.Lost;

    /// <summary>
    /// Makes or checks the topics, shuts out the former owner, and reads the deduplication window. Call it once, as the owner of
    /// the stage; before, nothing can be appended or read.
    /// </summary>
    /// <exception cref="InvalidOperationException">The brokers or topics are not as needed; says what was found.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _setup.EnsureAsync(cancellationToken);
            await Task.Factory.StartNew(Start, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception exception) when (exception is KafkaException or TimeoutException)
        {
            throw new InvalidOperationException($"ConnectionStrings:{KafkaOptions.ConnectionName}: the event log cannot be opened: {exception.Message}{_connection.Complaint}", exception);
        }
    }

    /// <summary>What keeps the log from being written, in one line; null where nothing does.</summary>
    public async Task<string?> FindFaultAsync(CancellationToken cancellationToken)
    {
        if (Lost.IsCancellationRequested)
            return "Another process owns the event log.";
        if (_storage.IsInDoubt)
            return $"The event log cannot be written{_connection.Complaint}.";
        return await _setup.AnswersAsync(cancellationToken) ? null : $"Kafka does not answer{_connection.Complaint}.";
    }
}
