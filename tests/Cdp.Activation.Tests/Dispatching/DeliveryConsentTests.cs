using Cdp.Activation.Tests.Fakes;
using Cdp.Contracts.Activation.V1;

namespace Cdp.Activation.Tests.Dispatching;

/// <summary>What is sent follows the person as of the moment of sending.</summary>
public sealed class DeliveryConsentTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly FakeSegments _segments = new();
    private readonly FakeProfiles _profiles = new();

    [Fact]
    public async Task Consent_NotGrantedOrNotStated_BlocksAndNamesTheCategories()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var granted = FakeProfiles.Default("p1");
        granted.Consents.Add([new() { Category = "ads", Granted = true }, new() { Category = "mail", Granted = true }]);
        var withdrawn = FakeProfiles.Default("p2");
        withdrawn.Consents.Add([new() { Category = "ads", Granted = true }, new() { Category = "mail", Granted = false }]);
        (_profiles.Known["p1"], _profiles.Known["p2"]) = (granted, withdrawn);
        await using var host = await ActivationHost.StartAsync(_directory.Path, _segments, _profiles);
        var destination = await host.ConnectAsync(receiver.Url, consent: ["ads", "mail"]);

        _segments.Enter("vip", "p1");
        _segments.Enter("vip", "p2");
        _segments.Enter("vip", "p3");
        var deliveries = await host.UntilAsync(destination, d => d.Count == 3 && d.All(x => x.State != DeliveryState.Pending));

        Assert.Equal("p1", Assert.Single(receiver.Received).ProfileId);
        Assert.Equal([DeliveryState.Delivered, DeliveryState.Blocked, DeliveryState.Blocked], deliveries.Select(d => d.State));
        Assert.Equal("Consent is not granted for: mail.", deliveries[1].Reason);
        Assert.Equal("Consent is not granted for: ads, mail.", deliveries[2].Reason);
        Assert.Empty(deliveries[1].Attempts);
    }

    [Fact]
    public async Task Profile_DeletedOrMerged_CancelsOrIsSentAsTheSurvivor()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var survivor = FakeProfiles.Default("p9");
        survivor.AbsorbedIds.Add("p1");
        (_profiles.Known["p1"], _profiles.Known["p2"]) = (survivor, null);
        await using var host = await ActivationHost.StartAsync(_directory.Path, _segments, _profiles);
        var destination = await host.ConnectAsync(receiver.Url);

        _segments.Enter("vip", "p1");
        _segments.Enter("vip", "p2");
        var deliveries = await host.UntilAsync(destination, d => d.Count == 2 && d.All(x => x.State != DeliveryState.Pending));

        Assert.Equal("p9", Assert.Single(receiver.Received).ProfileId);
        Assert.Equal((DeliveryState.Cancelled, "The profile was deleted."), (deliveries[1].State, deliveries[1].Reason));
    }

    public void Dispose() => _directory.Dispose();
}
