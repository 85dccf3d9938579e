using Cdp.Collection;
using Cdp.Collection.Log;
using Cdp.Storage.Kafka.Connection;
using Cdp.Storage.Kafka.Log;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Cdp.Storage.Kafka;

/// <summary>The log in topics of Kafka, for moving it. Whoever opens it owns the log.</summary>
internal static class KafkaLogArchive
{
    // Nobody follows the log while it is moved.
    private const long RecentBytes = 0;

    public static LogArchive Of(string brokers, KafkaOptions kafka, CollectionOptions options, TimeProvider time, ILogger logger)
    {
        return new LogArchive(OpenAsync, options, (time.GetUtcNow() - options.DeduplicationWindow).ToUnixTimeMilliseconds());

        async Task<ILogStorage> OpenAsync(CancellationToken cancellationToken)
        {
            var connection = new KafkaConnection(brokers, kafka);
            var topics = new Topics(kafka, options.Partitions);
            try
            {
                await new TopicSetup(connection, kafka, topics).EnsureAsync(cancellationToken);
                return new KafkaLogStorage(connection, topics, options.Partitions, options.DeduplicationWindow, RecentBytes, time, logger);
            }
            catch (Exception exception) when (exception is KafkaException or TimeoutException)
            {
                throw new InvalidOperationException($"ConnectionStrings:{KafkaOptions.ConnectionName}: the event log cannot be opened: {exception.Message}{connection.Complaint}", exception);
            }
        }
    }
}
