using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;

namespace Cdp.Collection.Intake;

/// <summary>
/// What the stage tells about events on their way into the log, by OpenTelemetry's conventions for messaging:
/// https://opentelemetry.io/docs/specs/semconv/messaging/
/// </summary>
internal static class IntakeTelemetry
{
    private static readonly ActivitySource Source = new("Cdp.Collection");
    private static readonly Meter Meter = new("Cdp.Collection");
    private static readonly Counter<long> Messages = Meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Events given to the log.");
    private static readonly Counter<long> Duplicates = Meter.CreateCounter<long>("cdp.collection.events.duplicate", "{event}", "Events that were in the log already.");
    private static readonly Counter<long> Discarded = Meter.CreateCounter<long>("cdp.collection.events.discarded", "{event}", "Events that were not taken, or changed.");
    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("messaging.client.operation.duration", "s", "How long events waited until they were durable.");

    /// <summary>Starts the span under which the events of one request go into the log; null where nobody listens.</summary>
    public static Activity? Start() => Source.StartActivity("send events", ActivityKind.Producer);

    /// <summary>The trace context that the events carry on; empty where they are not traced.</summary>
    public static byte[] ContextOf(Activity? span) => span is { Recorded: true, Id: { } id } ? Encoding.ASCII.GetBytes(id) : [];

    /// <summary>Tells of one append.</summary>
    public static void Sent(Activity? span, int events, long started, string? error)
    {
        var tags = new TagList
        {
            { "messaging.system", "cdp" }, { "messaging.operation.name", "send" }, { "messaging.destination.name", "events" },
        };
        if (error is not null)
            tags.Add("error.type", error);
        Messages.Add(events, tags);
        Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
        if (span is null)
            return;
        foreach (var (name, value) in tags)
            span.SetTag(name, value);
        span.SetTag("messaging.batch.message_count", events);
        if (error is not null)
            span.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Tells what became of a batch otherwise.</summary>
    public static void Settled(int duplicates, int discards)
    {
        if (duplicates > 0)
            Duplicates.Add(duplicates);
        if (discards > 0)
            Discarded.Add(discards);
    }
}
