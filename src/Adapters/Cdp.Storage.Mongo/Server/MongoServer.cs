using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Servers;

namespace Cdp.Storage.Mongo.Server;

/// <summary>The database that all stages share, once it was seen to be fit for them.</summary>
public sealed class MongoServer : IDisposable
{
    /// <summary>Setting with the connection string; its path names the database.</summary>
    public const string Setting = "ConnectionStrings:mongodb";

    private const string DefaultDatabase = "cdp";
    private const int Unauthorized = 13;
    private const int AuthenticationFailed = 18;
    private static readonly Version Oldest = new(5, 0);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly IMongoClient _client;

    private MongoServer(IMongoClient client, IMongoDatabase database) => (_client, Database) = (client, database);

    /// <summary>The database. Writes wait for a majority and its journals, reads see what a majority has, unless the connection string says otherwise.</summary>
    public IMongoDatabase Database { get; }

    /// <summary>Connects and looks whether the server can be used.</summary>
    /// <exception cref="InvalidOperationException">It cannot; says what was found and what is needed.</exception>
    public static async Task<MongoServer> ConnectAsync(string connectionString, CancellationToken cancellationToken)
    {
        var url = Parse(connectionString);
        MongoServer? server = null;
        try
        {
            var client = new MongoClient(SettingsOf(url));
            server = new MongoServer(client, client.GetDatabase(url.DatabaseName ?? DefaultDatabase));
            await server.RequireVersionAsync(cancellationToken);
            if (!await server.IsWritableAsync(cancellationToken))
                throw new InvalidOperationException($"{Setting}: {ReadOnly(url)}");
            await Marker.RequireAsync(server.Database, cancellationToken);
            return server;
        }
        catch (Exception exception) when (exception is MongoException or TimeoutException)
        {
            server?.Dispose();
            throw new InvalidOperationException($"{Setting}: {Reason(exception, url)}", exception);
        }
        catch
        {
            server?.Dispose();
            throw;
        }
    }

    /// <summary>Whether an error passes by itself: the server is away, slow, or changes its primary.</summary>
    public static bool IsPassing(Exception exception) => PassingErrors.Include(exception);

    /// <summary>Asks whether the server answers and takes writes: a secondary, named directly, does not.</summary>
    public async Task<bool> IsWritableAsync(CancellationToken cancellationToken)
    {
        await Database.RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), cancellationToken: cancellationToken);
        return _client.Cluster.Description.Servers.Any(
            server => server.Type is ServerType.Standalone or ServerType.ReplicaSetPrimary or ServerType.ShardRouter or ServerType.LoadBalanced);
    }

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
            // Without the exception itself: it holds the string, and with it the password.
            throw new InvalidOperationException($"{Setting} is no connection string of MongoDB: expected mongodb://[user:password@]host[:port][/database].");
        }
    }

    private static MongoClientSettings SettingsOf(MongoUrl url)
    {
        var settings = MongoClientSettings.FromUrl(url);
        settings.ApplicationName = "cdp";
        settings.WriteConcern = url.W is null ? WriteConcern.WMajority.With(journal: true) : settings.WriteConcern;
        settings.ReadConcern = url.ReadConcernLevel is null ? ReadConcern.Majority : settings.ReadConcern;
        settings.ReadPreference = ReadPreference.Primary;
        settings.ServerSelectionTimeout = Patience;
        settings.ConnectTimeout = Patience;
        settings.SocketTimeout = url.SocketTimeout > TimeSpan.Zero ? url.SocketTimeout : TimeSpan.FromSeconds(20);
        settings.ClusterConfigurator = MongoMetrics.Subscribe;
        return settings;
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
            MongoAuthenticationException or TimeoutException { InnerException: MongoAuthenticationException } => $"{servers} refuses the user or the password.",
            MongoCommandException { Code: Unauthorized or AuthenticationFailed } =>
                $"{servers} asks for credentials with the role readWrite on database {url.DatabaseName ?? DefaultDatabase}.",
            MongoNotPrimaryException => ReadOnly(url),
            TimeoutException or MongoConnectionException => $"{servers} cannot be reached within {Patience.TotalSeconds} seconds.",
            _ => $"{servers}: {exception.Message}",
        };
    }

    private static string ReadOnly(MongoUrl url) =>
        $"{string.Join(", ", url.Servers)} is read-only; name the replica set in the connection string (replicaSet=…), so that its primary is found.";
}
