using Cdp.Activation.Destinations;
using Cdp.Activation.Tests.Fakes;
using Cdp.Engines;
using Cdp.Storage.Mongo.Activation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cdp.Activation.Tests.Destinations;

public sealed class MongoKeyRingTests(MongoEngine engine) : IAsyncLifetime
{
    private MongoStores? _stores;

    [Fact]
    public void Unprotect_ByAnotherProcess_ReadsTheSecret()
    {
        using var first = Process();
        var secret = first.GetRequiredService<DestinationSecrets>().Protect("whsec_1");
        using var second = Process();

        Assert.Equal("whsec_1", second.GetRequiredService<DestinationSecrets>().Unprotect(secret));
        Assert.Single(new MongoKeyRing(_stores!.Database.Stage).GetAllElements());
    }

    public async ValueTask InitializeAsync() => _stores = await MongoStores.CreateAsync(engine);

    public async ValueTask DisposeAsync()
    {
        if (_stores is not null)
            await _stores.DisposeAsync();
    }

    private ServiceProvider Process()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddKeyedSingleton(ActivationModule.Name, _stores!.Database.Stage);
        builder.AddActivation().UseMongo();
        return builder.Services.BuildServiceProvider();
    }
}
