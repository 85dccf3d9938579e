using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Faults.CrashPoints;

/// <summary>kill -9 at each write of identity and profile in one process, while people are merged and taken apart over many connections.</summary>
public sealed class StandaloneCrashTests
{
    private const int Seed = 1998;

    [Fact]
    public async Task Standalone_KilledAtEachWrite_KeepsEverybodyOnce()
    {
        await Strace.RequireAsync();
        await using var platform = new StandalonePlatform { Settings = Strace.Countable };
        await platform.StartAsync();
        var walk = new CrashWalk(platform.Client, _ => platform.Process, _ => platform.StartAsync(), Seed);
        await walk.BeginAsync();

        await walk.AlongAsync(CrashSite.Writes("standalone", platform.DataDirectory, "identity.db", "profile.db"), few: LongRun.IsWanted ? null : 3);
    }
}
