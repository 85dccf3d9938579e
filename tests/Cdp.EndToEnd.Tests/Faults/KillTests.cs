using Cdp.EndToEnd.Tests.Client;
using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>kill -9 at random moments under load: no acknowledged event is lost, none counts twice.</summary>
public sealed class KillTests
{
    private const int Rounds = 20;
    private const int People = 50;
    private const int Seed = 4711;

    [Fact]
    public async Task Kill_20TimesUnderLoad_LosesAndDoublesNothing()
    {
        var moments = new Random(Seed);
        await using var platform = new StandalonePlatform();
        await platform.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await platform.Client.CreateSegmentAsync("survivors", """{"event":"Crash Tried","count":{"op":"at_least","value":5}}""");
        var destination = await platform.Client.PostAsync("/v1/destinations", new { name = "r", type = "webhook", url = receiver.Url });
        await platform.Client.PostAsync("/v1/activations", new
        {
            segment_key = "survivors",
            destination_id = (destination["id"] ?? destination["destination"]!["id"]!).GetValue<string>(),
        });
        var load = new AcknowledgedLoad(PlatformSettings.WriteKey, People, Seed);

        for (var round = 0; round < Rounds; round++)
        {
            using var stop = new CancellationTokenSource();
            var running = load.RunAsync(platform.Client.Url, connections: 4, stop.Token);
            // The moment of the crash is what this test varies: there is nothing to wait for.
            await Task.Delay(moments.Next(20, 400), TestContext.Current.CancellationToken);
            await platform.KillAsync();
            await stop.CancelAsync();
            await running;
            await platform.StartAsync();
        }
        await load.FinishAsync(platform.Client.Url, TestContext.Current.CancellationToken);
        await platform.Client.DrainAsync(deliveries: true);

        Assert.Empty(load.Unexpected);
        foreach (var people in load.SentTo.GroupBy(n => n))
        {
            var counted = await platform.Client.CountAsync($$$"""{"event":"Crash Tried","count":{"op":"exactly","value":{{{people.Key}}}}}""");
            Assert.Equal(people.Key == 0 ? counted : people.Count(), counted);
        }
        Assert.Equal(load.SentTo.Count(n => n > 0), (await platform.Client.GetAsync("/v1/pipeline"))["profiles"]!.GetValue<long>());
        var history = (await platform.Client.GetAsync("/v1/segments/survivors/history?limit=1000")).AsObject()
            .Select(p => p.Value).OfType<System.Text.Json.Nodes.JsonArray>().Single();
        Assert.Equal(load.SentTo.Count(n => n >= 5), history.Count(h => h!["entered"]!.GetValue<bool>()));
        // A receiver may see a delivery again after a crash, under the same id: that is what the id is for.
        Assert.Equal(load.SentTo.Count(n => n >= 5), receiver.Received.Select(r => r.Id).Distinct().Count());
    }
}
