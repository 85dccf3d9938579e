using System.Collections.Concurrent;
using Cdp.Activation.Tests.Fakes;
using Cdp.Activation.Webhooks;
using Cdp.Contracts.Activation.V1;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Activation.Tests.Dispatching;

/// <summary>Deliveries on their whole way, to real receivers.</summary>
public sealed class DeliveryTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly FakeSegments _segments = new();
    private readonly FakeProfiles _profiles = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(55));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Entry_OfAPerson_ArrivesSigned()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = await StartAsync();
        var secret = WebhookSecret.Make();
        var created = await host.Client.CreateDestinationAsync(
            new CreateDestinationRequest { Name = "tool", Type = "webhook", Url = receiver.Url, Secret = secret }, cancellationToken: Stop);
        await host.ActivateAsync(created.Destination.Id);

        _segments.Enter("vip", "p1");
        var delivery = Assert.Single(await host.UntilAsync(created.Destination.Id, AllAre(DeliveryState.Delivered, 1)));

        var webhook = Assert.Single(receiver.Received);
        Assert.Equal(delivery.Id, webhook.Id);
        Assert.Equal(_time.GetUtcNow().ToUnixTimeSeconds().ToString(), webhook.Timestamp);
        Assert.Equal(WebhookSignature.Sign(WebhookSecret.Parse(secret)!, webhook.Id, long.Parse(webhook.Timestamp), webhook.Bytes), webhook.Signature);
        Assert.Equal(
            """{"type":"segment.entered","timestamp":"2023-11-14T22:13:20Z","data":{"segment":{"key":"vip"},"profile":{"id":"p1","identifiers":[{"type":"user_id","value":"user-p1"}],"traits":{"plan":"pro","orders":[1,2]}},"cause":"profile","sequence":1}}""",
            webhook.Body.ToJsonString());
        var attempt = Assert.Single(delivery.Attempts);
        Assert.Equal((200, ""), (attempt.Status, attempt.Error));
        Assert.Equal(0, await host.PendingAsync());
    }

    [Fact]
    public async Task Failure_OfTheReceiver_IsTriedAgainLaterUnderTheSameId()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = receiver.Received.Count == 1 ? 500 : 204;
            return Task.CompletedTask;
        };
        await using var host = await StartAsync();
        var destination = await host.ConnectAsync(receiver.Url);

        _segments.Enter("vip", "p1");
        var waiting = Assert.Single(await host.UntilAsync(destination, d => d is [{ Attempts.Count: 1 }]));
        Assert.Equal(DeliveryState.Pending, waiting.State);
        var wait = waiting.NextAttemptAt - _time.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.InRange(wait, 2_500, 5_000);
        host.Advance(_time, destination, TimeSpan.FromMilliseconds(wait));
        var delivered = Assert.Single(await host.UntilAsync(destination, AllAre(DeliveryState.Delivered, 1)));

        Assert.Equal([500, 204], delivered.Attempts.Select(a => a.Status));
        Assert.Equal(2, receiver.Received.Count);
        Assert.Single(receiver.Received.Select(r => r.Id).Distinct());
    }

    [Fact]
    public async Task Silence_OfTheReceiver_EndsTheAttemptAndIsTriedAgain()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, context) => receiver.Received.Count == 1 ? Task.Delay(Timeout.Infinite, context.RequestAborted) : Task.CompletedTask;
        await using var host = await StartAsync();
        var destination = await host.ConnectAsync(receiver.Url);

        _segments.Enter("vip", "p1");
        await receiver.WaitForAsync(1);
        _time.Advance(TimeSpan.FromSeconds(15));
        var waiting = Assert.Single(await host.UntilAsync(destination, d => d is [{ Attempts.Count: 1 }]));
        host.Advance(_time, destination, TimeSpan.FromSeconds(5));
        await host.UntilAsync(destination, AllAre(DeliveryState.Delivered, 1));

        Assert.Equal("No answer within 15 s.", waiting.Reason);
        Assert.Equal((0, 15_000), (waiting.Attempts[0].Status, waiting.Attempts[0].DurationMs));
    }

    [Fact]
    public async Task Reset_OfTheConnection_IsTriedAgain()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, context) =>
        {
            if (receiver.Received.Count == 1)
                context.Abort();
            return Task.CompletedTask;
        };
        await using var host = await StartAsync();
        var destination = await host.ConnectAsync(receiver.Url);

        _segments.Enter("vip", "p1");
        var waiting = Assert.Single(await host.UntilAsync(destination, d => d is [{ Attempts.Count: 1 }]));
        host.Advance(_time, destination, TimeSpan.FromSeconds(5));
        await host.UntilAsync(destination, AllAre(DeliveryState.Delivered, 1));

        Assert.Equal(0, waiting.Attempts[0].Status);
        Assert.StartsWith("No answer: ", waiting.Attempts[0].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetryAfter_OnTooManyRequests_IsHonoured()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "90";
            return Task.CompletedTask;
        };
        await using var host = await StartAsync();
        var destination = await host.ConnectAsync(receiver.Url);

        _segments.Enter("vip", "p1");
        var waiting = Assert.Single(await host.UntilAsync(destination, d => d is [{ Attempts.Count: 1 }]));

        Assert.Equal(90_000, waiting.NextAttemptAt - _time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Refusal_ByTheReceiver_IsDeadAtOnceAndCanBeReplayed()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = receiver.Received.Count == 1 ? 410 : 200;
            return Task.CompletedTask;
        };
        await using var host = await StartAsync();
        var destination = await host.ConnectAsync(receiver.Url);

        _segments.Enter("vip", "p1");
        var dead = Assert.Single(await host.UntilAsync(destination, AllAre(DeliveryState.Dead, 1)));
        var replayed = await host.Client.ReplayDeliveryAsync(new ReplayDeliveryRequest { Id = dead.Id }, cancellationToken: Stop);
        var delivered = Assert.Single(await host.UntilAsync(destination, AllAre(DeliveryState.Delivered, 1)));

        Assert.Equal("The receiver answered 410.", dead.Reason);
        Assert.Equal(DeliveryState.Pending, replayed.State);
        Assert.Equal([410, 200], delivered.Attempts.Select(a => a.Status));
        Assert.Single(receiver.Received.Select(r => r.Id).Distinct());
    }

    [Fact]
    public async Task Replay_OfAPendingDelivery_IsRefused()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, context) => Task.FromResult(context.Response.StatusCode = 503);
        await using var host = await StartAsync();
        var destination = await host.ConnectAsync(receiver.Url);

        _segments.Enter("vip", "p1");
        var waiting = Assert.Single(await host.UntilAsync(destination, d => d is [{ Attempts.Count: 1 }]));
        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await host.Client.ReplayDeliveryAsync(new ReplayDeliveryRequest { Id = waiting.Id }, cancellationToken: Stop));

        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
    }

    [Fact]
    public async Task Retries_ThatAllFail_EndAfterTheWindow()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, context) => Task.FromResult(context.Response.StatusCode = 500);
        await using var host = await StartAsync();
        var destination = await host.ConnectAsync(receiver.Url);
        var began = _time.GetUtcNow();

        _segments.Enter("vip", "p1");
        var attempts = 1;
        var last = (await host.UntilAsync(destination, d => d is [{ Attempts.Count: 1 }]))[0];
        while (last.State == DeliveryState.Pending)
        {
            attempts++;
            host.Advance(_time, destination, TimeSpan.FromMilliseconds(last.NextAttemptAt - _time.GetUtcNow().ToUnixTimeMilliseconds()));
            last = (await host.UntilAsync(destination, d => d[0].Attempts.Count == attempts))[0];
        }

        Assert.Equal(DeliveryState.Dead, last.State);
        Assert.Equal($"Given up after {attempts} attempts. The receiver answered 500.", last.Reason);
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromHours(3.5), TimeSpan.FromHours(4));
    }

    [Fact]
    public async Task Order_OfOnePerson_IsKeptBehindAFailureWhileOthersPass()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var failures = new ConcurrentQueue<int>([500]);
        receiver.Answer = (webhook, context) =>
        {
            context.Response.StatusCode = webhook.ProfileId == "p1" && failures.TryDequeue(out var status) ? status : 200;
            return Task.CompletedTask;
        };
        await using var host = await StartAsync();
        var destination = await host.ConnectAsync(receiver.Url);

        _segments.Enter("vip", "p1");
        _segments.Exit("vip", "p1");
        _segments.Enter("vip", "p2");
        await host.UntilAsync(destination, d => d.Count(x => x.State == DeliveryState.Delivered) == 1 && d[0].Attempts.Count == 1);
        Assert.Equal([1L, 3L], receiver.Received.Select(r => r.Sequence).Order());
        host.Advance(_time, destination, TimeSpan.FromSeconds(5));
        await host.UntilAsync(destination, AllAre(DeliveryState.Delivered, 3));

        Assert.Equal([1L, 1L, 2L], receiver.Received.Where(r => r.ProfileId == "p1").Select(r => r.Sequence));
    }

    [Fact]
    public async Task Destination_ThatHangs_DoesNotHoldAnother()
    {
        await using var hanging = await WebhookReceiver.StartAsync();
        hanging.Answer = (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await using var healthy = await WebhookReceiver.StartAsync();
        await using var host = await StartAsync(("RequestsPerDestination", "2"));
        await host.ConnectAsync(hanging.Url);
        var destination = await host.ConnectAsync(healthy.Url);

        for (var i = 0; i < 20; i++)
            _segments.Enter("vip", $"p{i}");
        await host.UntilAsync(destination, d => d.Count(x => x.State == DeliveryState.Delivered) == 20);

        Assert.Equal(20, healthy.Received.Count);
        Assert.Equal(2, (await hanging.WaitForAsync(2)).Count);
        _time.Advance(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Destination_Disabled_KeepsDeliveriesUntilEnabled()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = await StartAsync();
        var destination = await host.ConnectAsync(receiver.Url);
        await host.Client.UpdateDestinationAsync(new UpdateDestinationRequest { Id = destination, Enabled = false }, cancellationToken: Stop);

        _segments.Enter("vip", "p1");
        var waiting = Assert.Single(await host.UntilAsync(destination, d => d.Count == 1));
        Assert.Equal((DeliveryState.Pending, 0), (waiting.State, await host.PendingAsync()));
        Assert.Empty(receiver.Received);
        await host.Client.UpdateDestinationAsync(new UpdateDestinationRequest { Id = destination, Enabled = true }, cancellationToken: Stop);
        await host.UntilAsync(destination, AllAre(DeliveryState.Delivered, 1));

        Assert.Single(receiver.Received);
    }

    public void Dispose() => _directory.Dispose();

    private static Func<IReadOnlyList<Delivery>, bool> AllAre(DeliveryState state, int count) =>
        deliveries => deliveries.Count == count && deliveries.All(d => d.State == state);

    private Task<ActivationHost> StartAsync(params (string Name, string Value)[] settings) =>
        ActivationHost.StartAsync(_directory.Path, _segments, _profiles, _time, configure: null, use: null, settings);
}
