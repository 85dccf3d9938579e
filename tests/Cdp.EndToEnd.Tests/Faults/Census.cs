using System.Text.Json.Nodes;
using Cdp.EndToEnd.Tests.Client;
using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>Counts, after whatever happened, that each acknowledged event is there once, and its effects once.</summary>
internal sealed class Census : IAsyncDisposable
{
    private const int People = 50;
    private const int SomeBatches = 50;
    private readonly PlatformClient _client;
    private readonly WebhookReceiver _receiver;

    private Census(PlatformClient client, WebhookReceiver receiver, int seed) =>
        (_client, _receiver, Load) = (client, receiver, new AcknowledgedLoad(PlatformSettings.WriteKey, People, seed));

    public AcknowledgedLoad Load { get; }

    public static async Task<Census> BeginAsync(PlatformClient client, int seed)
    {
        var receiver = await WebhookReceiver.StartAsync();
        await client.CreateSegmentAsync("survivors", """{"event":"Crash Tried","count":{"op":"at_least","value":5}}""");
        var destination = await client.PostAsync("/v1/destinations", new { name = "r", type = "webhook", url = receiver.Url });
        await client.PostAsync("/v1/activations", new
        {
            segment_key = "survivors",
            destination_id = (destination["id"] ?? destination["destination"]!["id"]!).GetValue<string>(),
        });
        return new Census(client, receiver, seed);
    }

    /// <summary>Sends over four connections while something happens.</summary>
    public async Task DuringAsync(Func<Task> fault)
    {
        using var stop = new CancellationTokenSource();
        var running = Load.RunAsync(_client.Url, connections: 4, stop.Token);
        try
        {
            await fault();
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
    }

    /// <summary>Returns when some more has been acknowledged.</summary>
    public async Task SomeLoadAsync()
    {
        var before = Load.Acknowledged;
        await PlatformClient.UntilAsync(
            () => Task.FromResult(Load.Acknowledged), acknowledged => acknowledged >= before + SomeBatches || !Load.Unexpected.IsEmpty, "more was acknowledged");
    }

    /// <summary>Sends what was never acknowledged, waits until all is done, and counts.</summary>
    public async Task EndAsync()
    {
        await Load.FinishAsync(_client.Url, TestContext.Current.CancellationToken);
        await _client.DrainAsync(deliveries: true);

        Assert.Empty(Load.Unexpected);
        foreach (var people in Load.SentTo.GroupBy(n => n))
        {
            var counted = await _client.CountAsync($$$"""{"event":"Crash Tried","count":{"op":"exactly","value":{{{people.Key}}}}}""");
            Assert.Equal(people.Key == 0 ? counted : people.Count(), counted);
        }
        Assert.Equal(Load.SentTo.Count(n => n > 0), (await _client.GetAsync("/v1/pipeline"))["profiles"]!.GetValue<long>());
        var history = (await _client.GetAsync("/v1/segments/survivors/history?limit=1000")).AsObject().Select(p => p.Value).OfType<JsonArray>().Single();
        Assert.Equal(Load.SentTo.Count(n => n >= 5), history.Count(h => h!["entered"]!.GetValue<bool>()));
        // A receiver may see a delivery again after a crash, under the same id: that is what the id is for.
        Assert.Equal(Load.SentTo.Count(n => n >= 5), _receiver.Received.Select(r => r.Id).Distinct().Count());
    }

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();
}
