using Cdp.Engines;
using Cdp.Storage.Mongo.Activation;

[assembly: AssemblyFixture(typeof(MongoEngine))]

namespace Cdp.Activation.Tests.Fakes;

/// <summary>The stores in a database of their own.</summary>
internal sealed class MongoStores : IAsyncDisposable
{
    private MongoStores(MongoDatabase database) => Database = database;

    public MongoDatabase Database { get; }

    public MongoDestinationStore Destinations => new(Database.Stage, Cancellations);

    public MongoActivationStore Activations => new(Database.Stage, Cancellations);

    public MongoDeliveryStore Deliveries => new(Database.Stage);

    public Cancellations Cancellations => new(Database.Stage);

    public static async Task<MongoStores> CreateAsync(MongoEngine engine) =>
        new(await MongoDatabase.CreateAsync(engine, MongoActivationSchema.Schema, TestContext.Current.CancellationToken));

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
