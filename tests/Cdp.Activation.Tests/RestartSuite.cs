using Cdp.Activation.Deliveries;
using Cdp.Activation.Tests.Fakes;
using Cdp.Contracts.Activation.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Activation.Tests;

/// <summary>The stage stops and starts again on the same data.</summary>
public abstract class RestartSuite
{
    private readonly FakeSegments _segments = new() { PageSize = 10 };
    private readonly FakeProfiles _profiles = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(55));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restart_AmidMembersAndChanges_DeliversEachOnce()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        for (var i = 0; i < 60; i++)
            _segments.Enter("vip", $"p{i:d2}");
        var pages = 0;
        var reached = new TaskCompletionSource();
        _segments.BeforePage = async () =>
        {
            // The third page never comes: the stage goes down while it waits.
            if (Interlocked.Increment(ref pages) != 3)
                return;
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, Stop);
        };
        string destination;
        await using (var host = await StartAsync())
        {
            destination = await host.ConnectAsync(receiver.Url);
            await reached.Task.WaitAsync(Stop);
        }
        _segments.Exit("vip", "p55");
        _segments.Enter("vip", "p99");

        await using (var host = await StartAsync())
            await host.UntilAsync(destination, d => d.Count == 62 && d.All(x => x.State == DeliveryState.Delivered));

        Assert.Equal(62, receiver.Received.Count);
        Assert.Equal(62, receiver.Received.Select(r => r.Id).Distinct().Count());
        Assert.Equal(["segment.entered", "segment.exited"], receiver.Received.Where(r => r.ProfileId == "p55").Select(r => r.Body["type"]!.GetValue<string>()));
        Assert.Single(receiver.Received, r => r.ProfileId == "p99");
    }

    [Fact]
    public async Task Restart_BetweenSendingAndRecording_SendsAgainUnderTheSameId()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var recording = new TaskCompletionSource();
        string destination;
        var host = await StartAsync(services => services.AddSingleton<IDeliveryStore>(
            provider => new UnrecordingStore(Deliveries(provider), recording)));
        destination = await host.ConnectAsync(receiver.Url);
        _segments.Enter("vip", "p1");
        await recording.Task.WaitAsync(Stop);
        var stopping = host.DisposeAsync();
        // What is under way gets five seconds; a fake clock lets them pass at once.
        _time.Advance(TimeSpan.FromSeconds(6));
        await stopping;

        await using var again = await StartAsync();
        var delivery = Assert.Single(await again.UntilAsync(destination, d => d is [{ State: DeliveryState.Delivered }]));

        Assert.Equal([delivery.Id, delivery.Id], receiver.Received.Select(r => r.Id));
        Assert.Single(delivery.Attempts);
    }

    [Fact]
    public async Task Restart_WithARetryWaiting_KeepsItsTime()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, context) => Task.FromResult(context.Response.StatusCode = receiver.Received.Count == 1 ? 500 : 200);
        string destination;
        await using (var host = await StartAsync())
        {
            destination = await host.ConnectAsync(receiver.Url);
            _segments.Enter("vip", "p1");
            await host.UntilAsync(destination, d => d is [{ Attempts.Count: 1 }]);
        }

        await using var again = await StartAsync();
        Assert.Equal(DeliveryState.Pending, Assert.Single(await again.DeliveriesAsync()).State);
        again.Advance(_time, destination, TimeSpan.FromSeconds(5));
        await again.UntilAsync(destination, d => d is [{ State: DeliveryState.Delivered, Attempts.Count: 2 }]);
        Assert.Equal(1, (await again.Client.GetStatusAsync(new GetStatusRequest(), cancellationToken: Stop)).MembershipSequence);
    }

    /// <summary>Chooses the stores.</summary>
    protected abstract void Use(ActivationBuilder builder);

    /// <summary>The store of deliveries that was chosen.</summary>
    protected abstract IDeliveryStore Deliveries(IServiceProvider services);

    /// <summary>Directory of the data, where there is one.</summary>
    protected abstract string Directory { get; }

    private Task<ActivationHost> StartAsync(Action<IServiceCollection>? configure = null) =>
        ActivationHost.StartAsync(Directory, _segments, _profiles, _time, configure, Use);
}
