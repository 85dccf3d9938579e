using Cdp.Activation.Deliveries;
using Cdp.Activation.Tests.Fakes;
using Cdp.Engines;
using Cdp.Storage.Mongo.Activation;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Activation.Tests;

public sealed class MongoRestartTests(MongoEngine engine) : RestartSuite, IAsyncLifetime
{
    private MongoStores? _stores;

    protected override string Directory => "";

    public async ValueTask InitializeAsync() => _stores = await MongoStores.CreateAsync(engine);

    public async ValueTask DisposeAsync()
    {
        if (_stores is not null)
            await _stores.DisposeAsync();
    }

    protected override void Use(ActivationBuilder builder)
    {
        builder.Services.AddKeyedSingleton(ActivationModule.Name, _stores!.Database.Stage);
        builder.UseMongo();
    }

    protected override IDeliveryStore Deliveries(IServiceProvider services) => _stores!.Deliveries;
}
