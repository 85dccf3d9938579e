using System.Diagnostics;

namespace Cdp.Contracts.Telemetry;

/// <summary>
/// The spans of one batch: one for each trace among its messages, as its continuation. Where there is only one, what is
/// called meanwhile belongs to it; a batch of many traces has no one parent, so its calls belong to none.
/// </summary>
internal sealed class FeedSpans
{
    private readonly Dictionary<string, Activity> _spans = new(StringComparer.Ordinal);

    /// <summary>Starts the spans; null where no message is traced, or nobody listens.</summary>
    /// <param name="source">Source of the stage.</param>
    /// <param name="name">Name of the spans.</param>
    /// <param name="kind">Kind of the spans.</param>
    /// <param name="traceparents">Trace contexts of the messages by W3C; empty where a message is not traced.</param>
    public static FeedSpans? Start(ActivitySource source, string name, ActivityKind kind, IEnumerable<string> traceparents)
    {
        if (!source.HasListeners())
            return null;
        FeedSpans? spans = null;
        var around = Activity.Current;
        foreach (var traceparent in traceparents)
        {
            if (traceparent.Length == 0 || spans?._spans.ContainsKey(traceparent) == true || !ActivityContext.TryParse(traceparent, null, isRemote: true, out var parent))
                continue;
            // Called within the trace already: the caller is closer than what it names.
            if (around?.TraceId == parent.TraceId)
                parent = around.Context;
            if (source.StartActivity(name, kind, parent) is not { } span)
                continue;
            spans ??= new FeedSpans();
            spans._spans.Add(traceparent, span);
            Activity.Current = around;
        }
        if (spans?._spans.Count == 1)
            Activity.Current = spans._spans.Values.Single();
        return spans;
    }

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<Activity> All => _spans.Values;

    /// <summary>The context to hand on instead of one that a message came with: that of its span here.</summary>
    public string Under(string traceparent) => _spans.TryGetValue(traceparent, out var span) ? span.Id! : traceparent;
}
