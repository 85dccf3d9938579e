using Cdp.Storage.Embedded.Sqlite;
using Cdp.Storage.Mongo.Commits;
using Microsoft.Extensions.Configuration;
using MongoDB.Bson;

namespace Cdp.Storage;

/// <summary>
/// Remembers, with collection's state in MongoDB, which event log belongs to it: a log on one machine's disk cannot be taken
/// over by a replica on another one, and positions of one log mean nothing in another.
/// </summary>
public static class EventLogHome
{
    private const string Field = "event_log";
    private const string File = "log.id";

    /// <summary>Notes the log at the first start; refuses another one afterwards.</summary>
    /// <param name="stage">The stage of collection.</param>
    /// <param name="configuration">Says where the log is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">The state belongs to another event log.</exception>
    public static async Task RequireAsync(MongoStage stage, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var home = configuration.Kafka() is null ? OfDirectory(DataDirectory.Of(configuration)) : $"kafka:{configuration["Cdp:Kafka:TopicPrefix"] ?? "cdp"}";
        if (!stage.Positions.TryGetValue(Field, out var known))
        {
            await stage.CommitAsync([], new BsonDocument(Field, home), cancellationToken);
            return;
        }
        if (known.AsString == home)
            return;
        throw new InvalidOperationException(known.AsString.StartsWith("kafka:", StringComparison.Ordinal)
            ? $"ConnectionStrings:kafka: the events are in Kafka, in topics of prefix {known.AsString[6..]}; this process is configured for {home}."
            : $"{DataDirectory.Setting}: the events are in the log of another data directory ({known.AsString}; here: {home}). Without ConnectionStrings:kafka collection is one replica, on the disk that has its log.");
    }

    private static string OfDirectory(string directory)
    {
        DataDirectory.Create(directory);
        var path = Path.Combine(directory, File);
        if (!System.IO.File.Exists(path))
            System.IO.File.WriteAllText(path, $"log:{Guid.NewGuid():n}");
        return System.IO.File.ReadAllText(path).Trim();
    }
}
