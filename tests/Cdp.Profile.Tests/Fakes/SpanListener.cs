using System.Collections.Concurrent;
using System.Diagnostics;

namespace Cdp.Profile.Tests.Fakes;

/// <summary>Keeps the spans of the stage that belong to some traces; those of other tests are not even started.</summary>
internal sealed class SpanListener : IDisposable
{
    private readonly ActivityListener _listener;

    public SpanListener(params ActivityContext[] traces)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Cdp.Profile",
            Sample = (ref ActivityCreationOptions<ActivityContext> span) =>
                Array.Exists(traces, OfTrace(span.Parent.TraceId)) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span => Stopped.Enqueue(span),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public ConcurrentQueue<Activity> Stopped { get; } = [];

    public static ActivityContext NewTrace() => new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);

    public static string Text(ActivityContext context) => $"00-{context.TraceId}-{context.SpanId}-01";

    public void Dispose() => _listener.Dispose();

    private static Predicate<ActivityContext> OfTrace(ActivityTraceId id) => trace => trace.TraceId == id;
}
