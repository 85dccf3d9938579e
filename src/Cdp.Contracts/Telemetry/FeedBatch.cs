using System.Diagnostics;

namespace Cdp.Contracts.Telemetry;

/// <summary>A batch of messages while a stage works on it. Disposed before it is complete, it has failed.</summary>
public sealed class FeedBatch : IDisposable
{
    private readonly FeedTelemetry _telemetry;
    private readonly FeedSpans? _spans;
    private readonly long _started = Stopwatch.GetTimestamp();

    internal FeedBatch(FeedTelemetry telemetry, int messages, FeedSpans? spans) => (_telemetry, Messages, _spans) = (telemetry, messages, spans);

    internal int Messages { get; }

    internal bool IsComplete { get; private set; }

    /// <summary>Whether any message of it is traced here.</summary>
    public bool IsTraced => _spans is not null;

    /// <summary>The trace context to hand on with what came of a message, instead of the one it came with.</summary>
    public string Under(string traceparent) => _spans?.Under(traceparent) ?? traceparent;

    /// <summary>What came of it is durable.</summary>
    public void Complete() => IsComplete = true;

    /// <inheritdoc />
    public void Dispose() => _telemetry.End(this, _spans, Stopwatch.GetElapsedTime(_started));
}
