using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Faults.CrashPoints;

/// <summary>
/// kill -9 of identity and of profile at each write, and at whatever they send to each other, while people are merged and taken apart
/// over many connections.
/// </summary>
public sealed class ServicesCrashTests
{
    private const int Seed = 2003;

    [Fact]
    public async Task Services_KilledAtEachWriteAndSend_KeepEverybodyOnce()
    {
        await Strace.RequireAsync();
        await using var platform = new ServicesPlatform
        {
            SettingsOf = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["identity"] = Strace.Countable, ["profile"] = Strace.Countable },
        };
        await platform.InitializeAsync();
        var walk = new CrashWalk(platform.Client, stage => platform.Process(stage, 0), stage => platform.StartAsync(stage, 0), Seed);
        await walk.BeginAsync();

        foreach (var stage in new[] { "identity", "profile" })
        {
            await walk.AlongAsync(CrashSite.Writes(stage, platform.DataDirectory, $"{stage}.db"), few: LongRun.IsWanted ? null : 2);
            await walk.AlongAsync(CrashSite.Sends(stage), few: LongRun.IsWanted ? null : 2);
        }
    }
}
