using Cdp.Storage.Embedded.Sqlite;
using Cdp.Storage.Mongo.Server;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Moving;

/// <summary>Marks stores that a move has filled in part, so that nothing starts on them.</summary>
public static class UnfinishedMove
{
    private const string File = "unfinished-move";
    private static readonly BsonDocument Id = new("_id", File);

    /// <summary>Marks a data directory.</summary>
    public static void Begin(string directory)
    {
        DataDirectory.Create(directory);
        System.IO.File.WriteAllText(Path.Combine(directory, File), "");
    }

    /// <summary>Marks a database.</summary>
    public static Task BeginAsync(MongoServer server, CancellationToken cancellationToken) =>
        Markers(server).ReplaceOneAsync(Id, Id, new ReplaceOptions { IsUpsert = true }, cancellationToken);

    /// <summary>Takes the mark off a data directory.</summary>
    public static void End(string directory) => System.IO.File.Delete(Path.Combine(directory, File));

    /// <summary>Takes the mark off a database.</summary>
    public static Task EndAsync(MongoServer server, CancellationToken cancellationToken) => Markers(server).DeleteOneAsync(Id, cancellationToken);

    /// <summary>Whether a data directory is marked.</summary>
    public static bool IsMarked(string directory) => System.IO.File.Exists(Path.Combine(directory, File));

    /// <summary>Whether a database is marked.</summary>
    public static Task<bool> IsMarkedAsync(MongoServer server, CancellationToken cancellationToken) => Markers(server).Find(Id).AnyAsync(cancellationToken);

    /// <summary>Refuses a data directory that is marked.</summary>
    /// <exception cref="InvalidOperationException">It is.</exception>
    internal static void Refuse(string directory)
    {
        if (IsMarked(directory))
            throw new InvalidOperationException($"{DataDirectory.Setting}: a move to {directory} has not come to its end. Run it again with the same settings; it goes on where it stopped.");
    }

    /// <summary>Refuses a database that is marked.</summary>
    /// <exception cref="InvalidOperationException">It is.</exception>
    internal static async Task RefuseAsync(MongoServer server, CancellationToken cancellationToken)
    {
        if (await IsMarkedAsync(server, cancellationToken))
            throw new InvalidOperationException($"{MongoServer.Setting}: a move to this database has not come to its end. Run it again with the same settings; it goes on where it stopped.");
    }

    private static IMongoCollection<BsonDocument> Markers(MongoServer server) => server.Database.GetCollection<BsonDocument>("cdp");
}
