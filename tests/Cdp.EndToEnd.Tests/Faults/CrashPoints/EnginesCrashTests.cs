namespace Cdp.EndToEnd.Tests.Faults.CrashPoints;

/// <summary>
/// kill -9 of identity and of profile at some of what they send, to MongoDB and to each other, while people are merged and taken apart over
/// many connections.
/// </summary>
[Collection(nameof(FaultyEngines))]
public sealed class EnginesCrashTests
{
    private const int Seed = 2011;

    [Fact]
    public async Task Engines_KilledAtSends_KeepEverybodyOnce()
    {
        LongRun.Require();
        await Strace.RequireAsync();
        await using var engines = await FaultyEngines.StartAsync(replicas: 1, settingsOf: new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            ["identity"] = Strace.Countable,
            ["profile"] = Strace.Countable,
        });
        var services = engines.Services;
        var walk = new CrashWalk(services.Client, stage => services.Process(stage, 0), stage => services.StartAsync(stage, 0), Seed);
        await walk.BeginAsync();

        foreach (var stage in new[] { "identity", "profile" })
            await walk.AlongAsync(CrashSite.Sends(stage), few: 5);
    }
}
