using System.Text.RegularExpressions;
using Cdp.Collection.Log;
using Confluent.Kafka;

namespace Cdp.Storage.Kafka.Connection;

/// <summary>Makes clients of one cluster, and remembers what they last complained about.</summary>
internal sealed partial class KafkaConnection
{
    /// <summary>The largest record: a full row and one event more.</summary>
    public const int MaxMessageBytes = 2 * PackedRow.FullBytes;

    // A former owner's open transaction ends after this; one that wakes up later is refused.
    private static readonly TimeSpan TransactionTimeout = TimeSpan.FromSeconds(60);
    private readonly KafkaOptions _options;
    private readonly string _brokers;
    private volatile string _complaint = "";

    /// <summary>Checks the settings; connects to nothing yet.</summary>
    public KafkaConnection(string brokers, KafkaOptions options)
    {
        var entries = brokers.Split(',', StringSplitOptions.TrimEntries);
        foreach (var (index, entry) in entries.Index())
        {
            // Not shown: a wrong string may hold a password.
            if (!HostAndPort().IsMatch(entry))
                throw new InvalidOperationException($"ConnectionStrings:{KafkaOptions.ConnectionName} does not parse: entry {index + 1} of {entries.Length} is not host:port; host:port,host:port is needed.");
        }
        (_brokers, _options) = (string.Join(',', entries), options);
        if (options.SecurityProtocol.StartsWith("sasl", StringComparison.OrdinalIgnoreCase)
            && (options.SaslMechanism is null || string.IsNullOrEmpty(options.SaslUsername) || string.IsNullOrEmpty(options.SaslPassword)))
            throw new InvalidOperationException($"{KafkaOptions.Section}:SecurityProtocol is {options.SecurityProtocol}; SaslMechanism, SaslUsername and SaslPassword are needed with it.");
    }

    /// <summary>How long a commit may take.</summary>
    public TimeSpan Timeout => _options.Timeout;

    /// <summary>How long one answer may take: several are needed where a commit failed, and senders wait for them.</summary>
    public TimeSpan Patience => _options.Timeout / 2;

    /// <summary>What the clients last complained about, in brackets; empty where there was nothing.</summary>
    public string Complaint => _complaint.Length == 0 ? "" : $" ({_complaint})";

    /// <summary>A client for administration.</summary>
    public IAdminClient Admin() => Build(() => new AdminClientBuilder(Common(new AdminClientConfig())).SetErrorHandler(Note).SetLogHandler(Note).Build());

    /// <summary>A transactional producer; initialising its transactions shuts out whoever used the id before.</summary>
    public IProducer<byte[], byte[]> Producer(string transactionalId) => Build(() => new ProducerBuilder<byte[], byte[]>(Common(new ProducerConfig
    {
        TransactionalId = transactionalId,
        TransactionTimeoutMs = (int)TransactionTimeout.TotalMilliseconds,
        Acks = Acks.All,
        EnableIdempotence = true,
        MessageTimeoutMs = (int)_options.Timeout.TotalMilliseconds,
        MessageMaxBytes = MaxMessageBytes,
        CompressionType = CompressionType.Lz4,
        // The log groups appends itself.
        LingerMs = 0,
        DeliveryReportFields = "status",
    })).SetErrorHandler(Note).SetLogHandler(Note).Build());

    /// <summary>A consumer that is told partitions and offsets; it joins no group.</summary>
    public IConsumer<byte[], byte[]> Consumer() => Build(() => new ConsumerBuilder<byte[], byte[]>(Common(new ConsumerConfig
    {
        GroupId = $"{_options.TopicPrefix}-log",
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        IsolationLevel = IsolationLevel.ReadCommitted,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        EnablePartitionEof = true,
        QueuedMaxMessagesKbytes = 8 * 1024,
        MaxPartitionFetchBytes = MaxMessageBytes,
        // A jump to another offset waits for what was asked before; these lines are what makes it quick.
        FetchWaitMaxMs = 10,
        FetchQueueBackoffMs = 10,
    })).SetErrorHandler((_, error) => Note(error)).SetLogHandler((_, message) => Note(message)).Build());

    // A name, an IPv4 address, or an IPv6 address in brackets.
    [GeneratedRegex(@"^([a-zA-Z0-9._-]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}$")]
    private static partial Regex HostAndPort();

    private static T Build<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // The client names its own settings; ours have the same names without dots.
            throw new InvalidOperationException($"{KafkaOptions.Section} cannot be used: {exception.Message}", exception);
        }
    }

    private T Common<T>(T config)
        where T : ClientConfig
    {
        config.BootstrapServers = _brokers;
        config.ClientId = $"{_options.TopicPrefix}-collection";
        config.AllowAutoCreateTopics = false;
        config.SocketTimeoutMs = (int)_options.Timeout.TotalMilliseconds;
        config.SocketKeepaliveEnable = true;
        config.ReconnectBackoffMaxMs = 1_000;
        config.Set("security.protocol", _options.SecurityProtocol.ToLowerInvariant());
        foreach (var (name, value) in new[]
        {
            ("sasl.mechanism", _options.SaslMechanism), ("sasl.username", _options.SaslUsername),
            ("sasl.password", _options.SaslPassword), ("ssl.ca.location", _options.SslCaLocation),
        })
        {
            if (!string.IsNullOrEmpty(value))
                config.Set(name, value);
        }
        return config;
    }

    private void Note(IClient client, Error error) => Note(error);

    private void Note(IClient client, LogMessage message) => Note(message);

    private void Note(Error error) => _complaint = error.Reason;

    private void Note(LogMessage message) => _complaint = message.Message;
}
