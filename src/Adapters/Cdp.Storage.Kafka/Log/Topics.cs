using Cdp.Storage.Kafka.Connection;

namespace Cdp.Storage.Kafka.Log;

/// <summary>A topic of the log as it has to be.</summary>
/// <param name="Name">Name.</param>
/// <param name="Partitions">Partitions.</param>
/// <param name="Required">Settings that an existing topic must have, too.</param>
/// <param name="Chosen">Settings that are only for making it: an operator may have changed them since.</param>
internal sealed record Topic(string Name, int Partitions, IReadOnlyDictionary<string, string> Required, IReadOnlyDictionary<string, string> Chosen);

/// <summary>The topics of the log.</summary>
/// <param name="options">Settings of Kafka.</param>
/// <param name="partitions">Partitions of the log.</param>
internal sealed class Topics(KafkaOptions options, int partitions)
{
    private List<Topic>? _all;

    /// <summary>Rows of events; a key for each, so that compaction takes only what a tombstone names.</summary>
    public string Events => $"{options.TopicPrefix}.events";

    /// <summary>Rows again that lost events to an erasure.</summary>
    public string Rewritten => $"{options.TopicPrefix}.events.rewritten";

    /// <summary>Where the rewritten rows are, so that a start need not read them.</summary>
    public string Rewrites => $"{options.TopicPrefix}.events.rewrites";

    /// <summary>One record for each commit of the deduplication window, in order.</summary>
    public string Commits => $"{options.TopicPrefix}.events.commits";

    /// <summary>Id of the owner's transactions: the next owner shuts out the former by it.</summary>
    public string TransactionalId => $"{options.TopicPrefix}-log";

    /// <summary>How long erased events may stay on the brokers' disks.</summary>
    public TimeSpan ErasureLag => options.ErasureLag;

    /// <summary>All topics as they have to be.</summary>
    public IReadOnlyList<Topic> All => _all ??= Describe();

    private List<Topic> Describe()
    {
        var lag = $"{(long)options.ErasureLag.TotalMilliseconds}";
        Dictionary<string, string> compaction = new() { ["max.compaction.lag.ms"] = lag, ["segment.ms"] = lag, ["message.timestamp.type"] = "LogAppendTime" };
        Dictionary<string, string> rows = options.Retention is { } retention
            ? new() { ["cleanup.policy"] = "compact,delete", ["retention.ms"] = $"{(long)retention.TotalMilliseconds}" }
            : new() { ["cleanup.policy"] = "compact" };
        rows["max.message.bytes"] = $"{KafkaConnection.MaxMessageBytes}";
        return
        [
            new Topic(Events, partitions, rows, compaction),
            new Topic(Rewritten, partitions, rows, compaction),
            new Topic(Rewrites, 1, new Dictionary<string, string> { ["cleanup.policy"] = "compact" }, new Dictionary<string, string>()),
            // Its owner deletes what the window does not need: by time, an idle log would lose its heads.
            new Topic(
                Commits, 1,
                new Dictionary<string, string> { ["cleanup.policy"] = "delete", ["retention.ms"] = "-1", ["retention.bytes"] = "-1", ["max.message.bytes"] = $"{KafkaConnection.MaxMessageBytes}" },
                new Dictionary<string, string> { ["segment.ms"] = $"{(long)TimeSpan.FromHours(6).TotalMilliseconds}" }),
        ];
    }
}
