using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>A disk that fills up under load: 503 with Retry-After, and nothing lost that was acknowledged.</summary>
public sealed class FullDiskTests
{
    private const int LimitKiB = 6 * 1024;
    private const int People = 20;

    [Fact]
    public async Task Disk_FillsUpUnderLoad_RefusesAndKeepsWhatItAcknowledged()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "File size limits are set with ulimit.");
        var stopping = TestContext.Current.CancellationToken;
        await using var platform = new StandalonePlatform();
        await platform.StartAsync(LimitKiB);
        var load = new AcknowledgedLoad(PlatformSettings.WriteKey, People, seed: 1);

        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping))
        {
            var running = load.RunAsync(platform.Client.Url, connections: 4, stop.Token);
            while (load.Refused < 3 && load.Unexpected.IsEmpty)
                await Task.Delay(20, stopping);
            await stop.CancelAsync();
            await running;
        }
        Assert.Empty(load.Unexpected);

        await platform.KillAsync();
        await platform.StartAsync();
        await load.FinishAsync(platform.Client.Url, stopping);
        await platform.Client.DrainAsync();

        foreach (var people in load.SentTo.Where(n => n > 0).GroupBy(n => n))
            Assert.Equal(people.Count(), await platform.Client.CountAsync($$$"""{"event":"Crash Tried","count":{"op":"exactly","value":{{{people.Key}}}}}"""));
    }
}
