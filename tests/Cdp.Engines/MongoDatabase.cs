using System.Text;
using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Server;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Engines;

/// <summary>A database of a test's own on a server, and one stage in it.</summary>
public sealed class MongoDatabase : IAsyncDisposable
{
    private readonly string _connectionString;
    private readonly StageSchema _schema;

    private MongoDatabase(string connectionString, StageSchema schema) => (_connectionString, _schema) = (connectionString, schema);

    /// <summary>The database.</summary>
    public MongoServer Server { get; private set; } = null!;

    /// <summary>The stage, owned by the test.</summary>
    public MongoStage Stage { get; private set; } = null!;

    /// <summary>Makes the database. Skips the test where there is no server.</summary>
    public static async Task<MongoDatabase> CreateAsync(MongoEngine engine, StageSchema schema, CancellationToken cancellationToken)
    {
        var url = new MongoUrlBuilder(await engine.ConnectAsync(cancellationToken)) { DatabaseName = $"cdp_test_{Guid.NewGuid():n}" };
        var database = new MongoDatabase(url.ToString(), schema);
        await database.OpenAsync(cancellationToken);
        return database;
    }

    /// <summary>Gives the stage up and takes it again, over a new connection, as a process that starts again does.</summary>
    public async Task ReopenAsync(CancellationToken cancellationToken)
    {
        await Stage.DisposeAsync();
        Server.Dispose();
        await OpenAsync(cancellationToken);
    }

    /// <summary>Another process takes the stage at once, as if this one's beat had stood still for long enough; this one notices nothing.</summary>
    public async Task<MongoStage> SucceedAsync(CancellationToken cancellationToken)
    {
        await Server.Database.GetCollection<BsonDocument>("heads")
            .UpdateOneAsync(new BsonDocument("_id", _schema.Stage), new BsonDocument("$set", new BsonDocument("owner", "")), cancellationToken: cancellationToken);
        return await MongoStage.OwnAsync(Server, _schema, "http://127.0.0.1:2", TimeProvider.System, cancellationToken);
    }

    /// <summary>Whether any document, heads and journal included, holds a text.</summary>
    public async Task<bool> ContainsAsync(string text, CancellationToken cancellationToken)
    {
        var names = await (await Server.Database.ListCollectionNamesAsync(cancellationToken: cancellationToken)).ToListAsync(cancellationToken);
        var found = false;
        foreach (var name in names)
        {
            await Server.Database.GetCollection<BsonDocument>(name).Find(new BsonDocument())
                .ForEachAsync(document => found |= document.ToBson().AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0, cancellationToken);
        }
        return found;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Stage.DisposeAsync();
        await Server.Database.Client.DropDatabaseAsync(Server.Database.DatabaseNamespace.DatabaseName);
        Server.Dispose();
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        Server = await MongoServer.ConnectAsync(_connectionString, cancellationToken);
        Stage = await MongoStage.OwnAsync(Server, _schema, "http://127.0.0.1:1", TimeProvider.System, cancellationToken);
    }
}
