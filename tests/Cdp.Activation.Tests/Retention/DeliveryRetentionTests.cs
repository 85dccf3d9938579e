using Cdp.Activation.Deliveries;
using Cdp.Activation.Tests.Fakes;
using Cdp.Contracts.Activation.V1;
using Cdp.Retention;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Activation.Tests.Retention;

public sealed class DeliveryRetentionTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stage_DeliveriesOlderThanTheAge_AreForgottenWithinTheHour()
    {
        await using var host = await ActivationHost.StartAsync(
            _directory.Path, new FakeSegments(), new FakeProfiles(), _time,
            services => services.AddSingleton(new RetentionAges { Deliveries = TimeSpan.FromDays(90) }));
        var store = host.Services.GetRequiredService<IDeliveryStore>();
        var (old, recent) = (await EndedAsync(store, 1, days: 91), await EndedAsync(store, 2, days: 1));

        while (await store.FindAsync(old, Stop) is not null)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await Task.Delay(20, Stop);
        }

        Assert.NotNull(await store.FindAsync(recent, Stop));
    }

    public void Dispose() => _directory.Dispose();

    private async Task<string> EndedAsync(IDeliveryStore store, long sequence, int days)
    {
        var exit = Sample.Deliver(Sample.Activation("act_1", "dst_1"), "p1", sequence, entered: false);
        await store.CommitAsync(Sample.Commit(9, exit) with { Now = _time.GetUtcNow().AddDays(-days).ToUnixTimeMilliseconds() }, Stop);
        await store.RecordAsync([Sample.Ended(exit.Delivery.Id, DeliveryState.Delivered)], Stop);
        return exit.Delivery.Id;
    }
}
