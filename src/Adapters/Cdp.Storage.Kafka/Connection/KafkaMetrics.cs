using System.Diagnostics.Metrics;

namespace Cdp.Storage.Kafka.Connection;

/// <summary>What the clients tell about themselves, by OpenTelemetry's names for messaging.</summary>
internal static class KafkaMetrics
{
    private static readonly KeyValuePair<string, object?> System = new("messaging.system", "kafka");
    private static readonly Meter Meter = new("Cdp.Storage.Kafka");

    public static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("messaging.client.operation.duration", "s");
    public static readonly Counter<long> Sent = Meter.CreateCounter<long>("messaging.client.sent.messages", "{message}");
    public static readonly Counter<long> Consumed = Meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}");

    public static KeyValuePair<string, object?>[] Topic(string topic) => [System, new("messaging.destination.name", topic)];

    public static KeyValuePair<string, object?>[] Operation(string name, string? error) =>
        error is null ? [System, new("messaging.operation.name", name)] : [System, new("messaging.operation.name", name), new("error.type", error)];
}
