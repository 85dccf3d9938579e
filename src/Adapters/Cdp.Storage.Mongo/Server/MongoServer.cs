using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Server;

/// <summary>The database that all stages share, once it was seen to be fit for them.</summary>
public sealed class MongoServer : IDisposable
{
    /// <summary>Setting with the connection string; its path names the database.</summary>
    public const string Setting = "ConnectionStrings:mongodb";

    private const string DefaultDatabase = "cdp";
    private static readonly Version Oldest = new(5, 0);
    private readonly MongoClient _client;

    private MongoServer(MongoClient client, IMongoDatabase database) => (_client, Database) = (client, database);

    /// <summary>The database. Writes wait for a majority and its journals, reads see what a majority has, unless the connection string says otherwise.</summary>
    public IMongoDatabase Database { get; }

    /// <summary>Connects and looks whether the server can be used.</summary>
    /// <exception cref="InvalidOperationException">It cannot; says what was found and what is needed.</exception>
    public static async Task<MongoServer> ConnectAsync(string connectionString, CancellationToken cancellationToken)
    {
        var url = Parse(connectionString);
        var settings = MongoClientSettings.FromUrl(url);
        settings.ApplicationName = "cdp";
        settings.WriteConcern = url.W is null ? WriteConcern.WMajority.With(journal: true) : settings.WriteConcern;
        settings.ReadConcern = url.ReadConcernLevel is null ? ReadConcern.Majority : settings.ReadConcern;
        settings.ReadPreference = ReadPreference.Primary;
        settings.ServerSelectionTimeout = TimeSpan.FromSeconds(5);
        settings.ConnectTimeout = TimeSpan.FromSeconds(5);
        settings.SocketTimeout = TimeSpan.FromSeconds(20);
        var client = new MongoClient(settings);
        var server = new MongoServer(client, client.GetDatabase(url.DatabaseName ?? DefaultDatabase));
        try
        {
            await server.RequireVersionAsync(cancellationToken);
            await Marker.RequireAsync(server.Database, cancellationToken);
            return server;
        }
        catch (Exception exception) when (exception is MongoException or TimeoutException)
        {
            client.Dispose();
            throw new InvalidOperationException($"{Setting}: {Reason(exception, url)}", exception);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Whether an error passes by itself: the server is away, slow, or changes its primary.</summary>
    public static bool IsPassing(Exception exception) => exception switch
    {
        MongoAuthenticationException => false,
        MongoConnectionException or MongoNotPrimaryException or MongoNodeIsRecoveringException or MongoExecutionTimeoutException or TimeoutException => true,
        MongoWriteConcernException => true,
        MongoBulkWriteException<BsonDocument> bulk => bulk.WriteConcernError is not null || bulk.WriteErrors.Any(e => e.Category == ServerErrorCategory.ExecutionTimeout),
        _ => exception is MongoException mongo && (mongo.HasErrorLabel("RetryableWriteError") || mongo.HasErrorLabel("TransientTransactionError")),
    };

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static MongoUrl Parse(string connectionString)
    {
        try
        {
            return MongoUrl.Create(connectionString);
        }
        catch (Exception exception) when (exception is MongoConfigurationException or FormatException or ArgumentException)
        {
            throw new InvalidOperationException($"{Setting} is no connection string of MongoDB: expected mongodb://[user:password@]host[:port][/database].", exception);
        }
    }

    private async Task RequireVersionAsync(CancellationToken cancellationToken)
    {
        var build = await Database.RunCommandAsync<BsonDocument>(new BsonDocument("buildInfo", 1), cancellationToken: cancellationToken);
        var text = build["version"].AsString;
        if (Version.TryParse(text.Split('-')[0], out var version) && version < Oldest)
            throw new InvalidOperationException($"{Setting}: the server has version {text}; {Oldest} or later is needed.");
    }

    private static string Reason(Exception exception, MongoUrl url)
    {
        var servers = string.Join(", ", url.Servers);
        return exception switch
        {
            MongoAuthenticationException => $"{servers} refuses the user or the password.",
            MongoCommandException { Code: 13 } or MongoCommandException { Code: 18 } => $"{servers} asks for credentials with the role readWrite on database {url.DatabaseName ?? DefaultDatabase}.",
            MongoNotPrimaryException => $"{servers} is read-only; name the replica set in the connection string (replicaSet=…), so that its primary is found.",
            TimeoutException { InnerException: MongoAuthenticationException } => $"{servers} refuses the user or the password.",
            TimeoutException or MongoConnectionException => $"{servers} cannot be reached within {5} seconds.",
            _ => $"{servers}: {exception.Message}",
        };
    }
}
