using System.Net;
using System.Net.Sockets;
using Cdp.Engines;
using Cdp.Storage.Mongo.Server;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Tests.Server;

public sealed class MongoServerTests(MongoEngine engine)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("localhost:27017")]
    [InlineData("mongodb://user:hunter2@")]
    [InlineData("mongodb://user:hunter2@host/cdp?w=")]
    [InlineData("")]
    public async Task Connect_NoConnectionString_NamesTheSettingAndNoPassword(string connectionString)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => MongoServer.ConnectAsync(connectionString, Stop));

        Assert.StartsWith("ConnectionStrings:mongodb is no connection string of MongoDB: expected mongodb://", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NobodyListens_SaysWhere()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => MongoServer.ConnectAsync($"mongodb://user:hunter2@127.0.0.1:{port}", Stop));

        Assert.Equal($"ConnectionStrings:mongodb: 127.0.0.1:{port} cannot be reached within 5 seconds.", refused.Message);
    }

    [Fact]
    public async Task Connect_ForeignCollections_NamesThemAndWritesNothing()
    {
        var url = await DatabaseAsync();
        using var client = new MongoClient(url);
        var foreign = client.GetDatabase(url.DatabaseName);
        await foreign.GetCollection<BsonDocument>("profile_pictures").InsertOneAsync([], cancellationToken: Stop);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => MongoServer.ConnectAsync(url.ToString(), Stop));

        Assert.Equal(
            $"ConnectionStrings:mongodb: database {url.DatabaseName} has profile_pictures, which Cdp did not create. Name another database in the connection string.",
            refused.Message);
        Assert.Equal(["profile_pictures"], await (await foreign.ListCollectionNamesAsync(cancellationToken: Stop)).ToListAsync(Stop));
        await client.DropDatabaseAsync(url.DatabaseName, Stop);
    }

    [Fact]
    public async Task Connect_OtherCollectionsAndManyServicesAtOnce_AllCanUseIt()
    {
        var url = await DatabaseAsync();
        using var client = new MongoClient(url);
        await client.GetDatabase(url.DatabaseName).GetCollection<BsonDocument>("orders").InsertOneAsync([], cancellationToken: Stop);

        var servers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var server = await MongoServer.ConnectAsync(url.ToString(), Stop);
            await server.Database.GetCollection<BsonDocument>($"profile_{i}").InsertOneAsync([], cancellationToken: Stop);
            return server;
        })));

        Assert.All(servers, server => Assert.Equal(url.DatabaseName, server.Database.DatabaseNamespace.DatabaseName));
        foreach (var server in servers)
            server.Dispose();
        await client.DropDatabaseAsync(url.DatabaseName, Stop);
    }

    private async Task<MongoUrl> DatabaseAsync() =>
        new MongoUrlBuilder(await engine.ConnectAsync(Stop)) { DatabaseName = $"cdp_test_{Guid.NewGuid():n}" }.ToMongoUrl();
}
