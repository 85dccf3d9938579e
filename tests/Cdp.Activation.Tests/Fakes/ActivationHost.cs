using Cdp.Activation.Deliveries;
using Cdp.Activation.Dispatching;
using Cdp.Contracts.Activation.V1;
using Cdp.InProcess;
using Cdp.Storage.Embedded.Activation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Activation.Tests.Fakes;

/// <summary>The stage as it runs, on a data directory, between a made-up segment search, made-up profiles and real receivers.</summary>
internal sealed class ActivationHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly IHost _host;

    private ActivationHost(IHost host)
    {
        _host = host;
        var methods = new InProcessMethods();
        ActivationModule.Bind(methods, host.Services);
        Client = new ActivationService.ActivationServiceClient(new InProcessCallInvoker(methods));
    }

    public ActivationService.ActivationServiceClient Client { get; }

    public IServiceProvider Services => _host.Services;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<ActivationHost> StartAsync(
        string directory, FakeSegments segments, FakeProfiles profiles, TimeProvider? time = null, Action<IServiceCollection>? configure = null,
        Action<ActivationBuilder>? use = null, params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
        [
            new("Cdp:DataDirectory", directory), new("Cdp:Activation:AllowPrivateAddresses", "true"),
            .. settings.Select(s => new KeyValuePair<string, string?>($"Cdp:Activation:{s.Name}", s.Value)),
        ]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton(segments.Client);
        builder.Services.AddSingleton(profiles.Client);
        (use ?? (activation => activation.UseEmbedded()))(builder.AddActivation());
        configure?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync(Stop);
        return new ActivationHost(host);
    }

    /// <summary>Creates a destination and connects the segment to it; returns the destination's id.</summary>
    public async Task<string> ConnectAsync(string url, string segment = "vip", bool skipMembers = false, params string[] consent)
    {
        var created = await Client.CreateDestinationAsync(
            new CreateDestinationRequest { Name = "tool", Type = "webhook", Url = url, ConsentCategories = { consent } }, cancellationToken: Stop);
        await ActivateAsync(created.Destination.Id, segment, skipMembers);
        return created.Destination.Id;
    }

    public async Task<SegmentActivation> ActivateAsync(string destination, string segment = "vip", bool skipMembers = false) =>
        await Client.CreateActivationAsync(
            new CreateActivationRequest { SegmentKey = segment, DestinationId = destination, SkipExistingMembers = skipMembers }, cancellationToken: Stop);

    /// <summary>All deliveries, oldest first.</summary>
    public async Task<IReadOnlyList<Delivery>> DeliveriesAsync()
    {
        var page = await Client.ListDeliveriesAsync(new ListDeliveriesRequest { Limit = 200 }, cancellationToken: Stop);
        return [.. page.Deliveries.Reverse()];
    }

    /// <summary>Waits until the deliveries are as expected; asks again whenever one to this destination was stored or sent.</summary>
    public async Task<IReadOnlyList<Delivery>> UntilAsync(string destination, Func<IReadOnlyList<Delivery>, bool> expected)
    {
        var signal = _host.Services.GetRequiredService<DeliverySignals>().Of(destination);
        while (true)
        {
            var changed = signal.Next;
            var deliveries = await DeliveriesAsync();
            if (expected(deliveries))
                return deliveries;
            await changed.WaitAsync(Patience, Stop);
        }
    }

    /// <summary>
    /// Lets time pass. Tells the sender: it may have computed how long to wait before, and begin to wait after.
    /// </summary>
    public void Advance(FakeTimeProvider time, string destination, TimeSpan by)
    {
        time.Advance(by);
        _host.Services.GetRequiredService<DeliverySignals>().Of(destination).Send();
    }

    public Task<long> PendingAsync() => _host.Services.GetRequiredService<IDeliveryStore>().CountPendingAsync(Stop);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
