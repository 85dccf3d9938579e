using System.Diagnostics.Metrics;

namespace Cdp.Contracts.Telemetry;

/// <summary>How far a consumer is behind the feed: <c>cdp.feed.lag</c>, read whenever metrics are collected.</summary>
public sealed class FeedLag : IDisposable
{
    private readonly Meter _meter;

    /// <summary>Makes the gauge.</summary>
    /// <param name="stage">Name of the meter, such as <c>Cdp.Profile</c>.</param>
    /// <param name="feed">The feed, such as <c>events</c>.</param>
    /// <param name="behind">Messages between what is durable here and the feed's latest head that was told.</param>
    public FeedLag(string stage, string feed, Func<long> behind)
    {
        _meter = new Meter(stage);
        _meter.CreateObservableGauge(
            "cdp.feed.lag", () => new Measurement<long>(behind(), new KeyValuePair<string, object?>("messaging.destination.name", feed)), "{message}",
            "Messages that the stage is behind its feed.");
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}
