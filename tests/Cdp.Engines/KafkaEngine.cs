namespace Cdp.Engines;

/// <summary>A Kafka broker.</summary>
public sealed class KafkaEngine() : Engine("kafka", "CDP_TEST_KAFKA");
