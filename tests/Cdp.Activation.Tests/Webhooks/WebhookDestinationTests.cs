using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Activation.Tests.Fakes;
using Cdp.Activation.Webhooks;
using Cdp.Contracts.Activation.V1;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Activation.Tests.Webhooks;

public sealed class WebhookDestinationTests : IAsyncLifetime
{
    private readonly ActivationOptions _options = new() { AllowPrivateAddresses = true };
    private readonly FakeHostResolver _resolver = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(55));
    private readonly WebhookClient _client;
    private readonly WebhookDestination _webhooks;
    private WebhookReceiver _receiver = null!;

    public WebhookDestinationTests()
    {
        var addresses = new AddressPolicy(Options.Create(_options));
        _client = new WebhookClient(addresses, _resolver);
        _webhooks = new WebhookDestination(_client, new WebhookUrl(addresses, _resolver, _time), _time);
    }

    public async ValueTask InitializeAsync() => _receiver = await WebhookReceiver.StartAsync();

    [Theory]
    [InlineData(200, AttemptVerdict.Delivered)]
    [InlineData(204, AttemptVerdict.Delivered)]
    [InlineData(301, AttemptVerdict.GiveUp)]
    [InlineData(307, AttemptVerdict.GiveUp)]
    [InlineData(400, AttemptVerdict.GiveUp)]
    [InlineData(401, AttemptVerdict.GiveUp)]
    [InlineData(404, AttemptVerdict.GiveUp)]
    [InlineData(408, AttemptVerdict.Retry)]
    [InlineData(410, AttemptVerdict.GiveUp)]
    [InlineData(425, AttemptVerdict.Retry)]
    [InlineData(429, AttemptVerdict.Retry)]
    [InlineData(500, AttemptVerdict.Retry)]
    [InlineData(503, AttemptVerdict.Retry)]
    public async Task SendAsync_Status_DecidesWhatFollows(int status, AttemptVerdict verdict)
    {
        _receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return context.Response.StatusCode == 204 ? Task.CompletedTask : Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "p1");
        };

        var result = await SendAsync(_receiver.Url);

        Assert.Equal((verdict, status), (result.Verdict, result.Status));
        Assert.DoesNotContain("p1", result.Reason, StringComparison.Ordinal);
        Assert.Equal("/hook", Assert.Single(_receiver.Received).Path);
    }

    [Fact]
    public async Task SendAsync_RetryAfterAsDate_IsTheTimeUntilThen()
    {
        _receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = _time.GetUtcNow().AddMinutes(2).ToString("R");
            return Task.CompletedTask;
        };

        var result = await SendAsync(_receiver.Url);

        Assert.Equal(TimeSpan.FromMinutes(2), result.RetryAfter);
    }

    [Fact]
    public async Task SendAsync_NobodyListens_IsTriedAgain()
    {
        var url = _receiver.Url;
        await _receiver.DisposeAsync();

        var result = await SendAsync(url);

        Assert.Equal((AttemptVerdict.Retry, 0, "No answer: ConnectionError."), (result.Verdict, result.Status, result.Reason));
    }

    [Fact]
    public async Task SendAsync_NameThatMovedToAPrivateAddress_IsRefusedWithoutConnecting()
    {
        _options.AllowPrivateAddresses = false;
        _resolver.Hosts["rebound.example"] = ["127.0.0.1", "::1", "10.0.0.1"];

        var result = await SendAsync(new UriBuilder(_receiver.Url) { Host = "rebound.example" }.ToString());

        Assert.Equal((AttemptVerdict.GiveUp, 0, "The host is on a private address."), (result.Verdict, result.Status, result.Reason));
        Assert.Empty(_receiver.Received);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _receiver.DisposeAsync();
    }

    private Task<AttemptResult> SendAsync(string url) => _webhooks.SendAsync(
        new OutgoingMessage(
            new Destination { Id = "dst_1", Type = "webhook", Url = url }, WebhookSecret.Make(),
            new DueDelivery("dlv_1", "dst_1", "p1", "vip", "p1", true, "profile", 1, 0, 0, 0), FakeProfiles.Default("p1")),
        TestContext.Current.CancellationToken);
}
