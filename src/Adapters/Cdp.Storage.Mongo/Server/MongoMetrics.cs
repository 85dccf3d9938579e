using System.Diagnostics;
using System.Diagnostics.Metrics;
using MongoDB.Driver.Core.Configuration;
using MongoDB.Driver.Core.Events;

namespace Cdp.Storage.Mongo.Server;

/// <summary>How long MongoDB takes, by OpenTelemetry's conventions: https://opentelemetry.io/docs/specs/semconv/db/</summary>
internal static class MongoMetrics
{
    private static readonly Meter Meter = new("Cdp.Storage.Mongo");
    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("db.client.operation.duration", "s", "How long one command took.");

    /// <summary>Has the driver tell of every command.</summary>
    public static void Subscribe(ClusterBuilder cluster) => cluster
        .Subscribe<CommandSucceededEvent>(command => Record(command.CommandName, command.DatabaseNamespace?.DatabaseName, command.Duration, null))
        .Subscribe<CommandFailedEvent>(command => Record(command.CommandName, command.DatabaseNamespace?.DatabaseName, command.Duration, command.Failure));

    private static void Record(string command, string? database, TimeSpan took, Exception? failure)
    {
        if (!Duration.Enabled)
            return;
        var tags = new TagList { { "db.system.name", "mongodb" }, { "db.namespace", database }, { "db.operation.name", command } };
        if (failure is not null)
            tags.Add("error.type", failure.GetType().FullName);
        Duration.Record(took.TotalSeconds, tags);
    }
}
