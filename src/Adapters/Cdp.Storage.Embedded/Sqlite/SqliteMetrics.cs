using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Cdp.Storage.Embedded.Sqlite;

/// <summary>How long SQLite takes, by OpenTelemetry's conventions: https://opentelemetry.io/docs/specs/semconv/db/</summary>
internal static class SqliteMetrics
{
    private static readonly Meter Meter = new("Cdp.Storage.Embedded");
    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("db.client.operation.duration", "s", "How long one operation took, the wait for other writers aside.");

    /// <summary>Whether anybody listens.</summary>
    public static bool IsEnabled => Duration.Enabled;

    /// <summary>Tells of one operation.</summary>
    /// <param name="file">File name of the database.</param>
    /// <param name="operation"><c>commit</c> for a write transaction, <c>read</c> for what is read over one connection.</param>
    /// <param name="started">When it began, by <see cref="Stopwatch"/>.</param>
    /// <param name="exception">What it failed with.</param>
    public static void Record(string file, string operation, long started, Exception? exception = null)
    {
        if (!Duration.Enabled)
            return;
        var tags = new TagList { { "db.system.name", "sqlite" }, { "db.namespace", file }, { "db.operation.name", operation } };
        if (exception is not null)
            tags.Add("error.type", exception.GetType().FullName);
        Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
    }
}
