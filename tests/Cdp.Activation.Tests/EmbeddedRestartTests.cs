using Cdp.Activation.Deliveries;
using Cdp.Activation.Tests.Fakes;
using Cdp.Storage.Embedded.Activation;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Activation.Tests;

public sealed class EmbeddedRestartTests : RestartSuite, IDisposable
{
    private readonly TestDirectory _directory = new();

    protected override string Directory => _directory.Path;

    public void Dispose() => _directory.Dispose();

    protected override void Use(ActivationBuilder builder) => builder.UseEmbedded();

    protected override IDeliveryStore Deliveries(IServiceProvider services) => ActivatorUtilities.CreateInstance<EmbeddedDeliveryStore>(services);
}
