using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Cdp.Contracts.Telemetry;

/// <summary>
/// What a stage tells about the messages it works on, by OpenTelemetry's conventions for messaging:
/// https://opentelemetry.io/docs/specs/semconv/messaging/
/// </summary>
public sealed class FeedTelemetry
{
    private readonly ActivitySource _source;
    private readonly Counter<long> _messages;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _size;
    private readonly string _operation;
    private readonly string _feed;
    private readonly ActivityKind _kind;

    /// <summary>Makes the instruments.</summary>
    /// <param name="stage">Name of the meter and of the source of spans, such as <c>Cdp.Profile</c>.</param>
    /// <param name="operation">What is done, such as <c>process</c>.</param>
    /// <param name="feed">Where the messages come from, such as <c>events</c>.</param>
    /// <param name="kind">Kind of the spans.</param>
    public FeedTelemetry(string stage, string operation, string feed, ActivityKind kind = ActivityKind.Consumer)
    {
        (_operation, _feed, _kind) = (operation, feed, kind);
        _source = new ActivitySource(stage);
        var meter = new Meter(stage);
        _messages = meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Messages taken from a feed.");
        _duration = meter.CreateHistogram<double>("messaging.process.duration", "s", "How long a batch took, until what came of it was durable.");
        _size = meter.CreateHistogram<int>("cdp.feed.batch.size", "{message}", "Messages in a batch.");
    }

    /// <summary>Begins a batch; to be disposed when it has ended.</summary>
    /// <param name="messages">Messages in it.</param>
    /// <param name="traceparents">Trace contexts of the messages by W3C; empty where a message is not traced.</param>
    public FeedBatch Begin(int messages, IEnumerable<string> traceparents) =>
        new(this, messages, FeedSpans.Start(_source, $"{_operation} {_feed}", _kind, traceparents));

    internal void End(FeedBatch batch, FeedSpans? spans, TimeSpan took)
    {
        var tags = new TagList
        {
            { "messaging.system", "cdp" }, { "messaging.operation.name", _operation }, { "messaging.destination.name", _feed },
        };
        if (!batch.IsComplete)
            tags.Add("error.type", "_OTHER");
        _messages.Add(batch.Messages, tags);
        _size.Record(batch.Messages, tags);
        _duration.Record(took.TotalSeconds, tags);
        foreach (var span in spans?.All ?? [])
        {
            foreach (var (name, value) in tags)
                span.SetTag(name, value);
            span.SetTag("messaging.batch.message_count", batch.Messages);
            if (!batch.IsComplete)
                span.SetStatus(ActivityStatusCode.Error);
            span.Dispose();
        }
    }
}
