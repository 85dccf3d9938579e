using System.ComponentModel.DataAnnotations;

namespace Cdp.Storage.Kafka.Connection;

/// <summary>Settings of Kafka, at <c>Cdp:Kafka</c>; the brokers are in <c>ConnectionStrings:kafka</c>.</summary>
public sealed class KafkaOptions
{
    /// <summary>Configuration path.</summary>
    public const string Section = "Cdp:Kafka";

    /// <summary>Name of the connection string: <c>host:port,host:port</c>.</summary>
    public const string ConnectionName = "kafka";

    /// <summary>What the names of topics, and of the transactional id, begin with.</summary>
    [RegularExpression("[a-zA-Z0-9._-]{1,100}")]
    public string TopicPrefix { get; set; } = "cdp";

    /// <summary>Replicas of topics that are made; as many as there are brokers, at most 3, where not given.</summary>
    [Range(1, 100)]
    public short? ReplicationFactor { get; set; }

    /// <summary>How long events are kept; for ever where not given.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36500.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan? Retention { get; set; }

    /// <summary>
    /// How long the bytes of erased events may stay on the brokers' disks. The shorter, the more often brokers compact, and each
    /// time they copy the whole log.
    /// </summary>
    [Range(typeof(TimeSpan), "00:10:00", "30.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan ErasureLag { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a commit may take before its senders are told to come again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:30", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary><c>plaintext</c>, <c>ssl</c>, <c>sasl_plaintext</c> or <c>sasl_ssl</c>.</summary>
    [RegularExpression("(?i)plaintext|ssl|sasl_plaintext|sasl_ssl")]
    public string SecurityProtocol { get; set; } = "plaintext";

    /// <summary><c>PLAIN</c>, <c>SCRAM-SHA-256</c> or <c>SCRAM-SHA-512</c>.</summary>
    [RegularExpression("PLAIN|SCRAM-SHA-256|SCRAM-SHA-512")]
    public string? SaslMechanism { get; set; }

    /// <summary>User.</summary>
    public string? SaslUsername { get; set; }

    /// <summary>The user's password.</summary>
    public string? SaslPassword { get; set; }

    /// <summary>File of the certificates that the brokers' certificates are checked against; the system's where not given.</summary>
    public string? SslCaLocation { get; set; }
}
