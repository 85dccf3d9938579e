using Cdp.EndToEnd.Tests.Client;
using Cdp.EndToEnd.Tests.Processes;
using Cdp.EndToEnd.Tests.Scenarios;
using Cdp.Engines;
using MongoDB.Driver;

namespace Cdp.EndToEnd.Tests.Moving;

/// <summary>A platform that outgrows its machine moves to engines, and back.</summary>
public sealed class MoveTests : IAsyncLifetime
{
    private readonly MongoEngine _mongo = new();
    private readonly KafkaEngine _kafka = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("cdp-moving-").FullName;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _mongo.DisposeAsync();
        await _kafka.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Move_ToEnginesAndBack_EverythingIsThereAndNothingIsDeliveredTwice()
    {
        var engines = await EnginesAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var lived = await LiveAsync(Settings("first", []), client => Household.FillAsync(client, receiver));
        Assert.Single(receiver.Received);

        await MoveProgram.KillAtAsync("copy    identity        persons", "engines", Settings("first", engines));
        var unfinished = await Assert.ThrowsAsync<InvalidOperationException>(() => LiveAsync(Settings("elsewhere", engines), _ => Task.CompletedTask));
        Assert.Contains("has not come to its end", unfinished.Message, StringComparison.Ordinal);
        var there = await MoveProgram.RunAsync("engines", Settings("first", engines));
        Assert.True(there.ExitCode == 0, there.Output);

        var onEngines = await LiveAsync(Settings("elsewhere", engines), async client =>
        {
            Assert.Equal(lived, await Household.ViewAsync(client));
            var again = await client.ImportAsync(PublicData.Find("cdnow_sample.txt"), CdnowMapping.Json);
            Assert.Equal(0, again["accepted"]!.GetValue<long>());
            Assert.Equal(6919, again["duplicates"]!.GetValue<long>());
            Assert.Single(receiver.Received);
            await Household.EnterAsync(client, "carla");
            Assert.Equal(2, receiver.Received.Count);
        });

        var back = await MoveProgram.RunAsync("embedded", Settings("second", engines));
        Assert.True(back.ExitCode == 0, back.Output);
        await LiveAsync(Settings("second", []), async client =>
        {
            Assert.Equal(onEngines, await Household.ViewAsync(client));
            Assert.Equal(2, receiver.Received.Count);
            await Household.EnterAsync(client, "dora");
            Assert.Equal(3, receiver.Received.Count);
        });
    }

    /// <summary>Runs the platform for a while, kills it, and tells what it answered last.</summary>
    private static async Task<Dictionary<string, string>> LiveAsync(Dictionary<string, string> settings, Func<PlatformClient, Task> live)
    {
        await using var process = await HostProcess.StartAsync("Cdp.Standalone", HostProcess.FreePorts(1)[0], settings);
        using var client = new PlatformClient(process.Url, PlatformSettings.AdminKey, PlatformSettings.WriteKey);
        await live(client);
        return await Household.ViewAsync(client);
    }

    private Dictionary<string, string> Settings(string directory, Dictionary<string, string> engines)
    {
        var settings = PlatformSettings.For(Path.Combine(_directory, directory));
        foreach (var (name, value) in engines)
            settings[name] = value;
        return settings;
    }

    private async Task<Dictionary<string, string>> EnginesAsync()
    {
        var (name, stop) = ($"cdp-test-{Guid.NewGuid():n}", TestContext.Current.CancellationToken);
        return new Dictionary<string, string>
        {
            ["ConnectionStrings__mongodb"] = new MongoUrlBuilder(await _mongo.ConnectAsync(stop)) { DatabaseName = name }.ToString(),
            ["ConnectionStrings__kafka"] = await _kafka.ConnectAsync(stop),
            ["Cdp__Kafka__TopicPrefix"] = name,
        };
    }
}
