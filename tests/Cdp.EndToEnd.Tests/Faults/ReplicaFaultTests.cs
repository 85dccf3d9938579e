using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>Two replicas of each service under load: killed, restarted in turn, paused.</summary>
[Collection(nameof(FaultyEngines))]
public sealed class ReplicaFaultTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Longer than a successor waits; a minute is longer than all time limits of calls and connections, too.
    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    public async Task Replicas_KilledRestartedAndPausedUnderLoad_LoseAndDoubleNothing(int pausedSeconds)
    {
        if (pausedSeconds > 20)
            LongRun.Require();
        await using var engines = await FaultyEngines.StartAsync(replicas: 2);
        await using var census = await Census.BeginAsync(engines.Services.Client, seed: 7);
        await using var memory = new MemoryWatch(engines.Services);
        var services = engines.Services;

        await census.DuringAsync(async () =>
        {
            // Without warning.
            foreach (var stage in ServicesPlatform.StageNames)
                await services.KillAsync(stage, replica: 0);
            foreach (var stage in ServicesPlatform.StageNames)
                await services.StartAsync(stage, replica: 0);
            // One after another, as an upgrade does.
            foreach (var stage in ServicesPlatform.StageNames)
            {
                await services.StopAsync(stage, replica: 1);
                await services.StartAsync(stage, replica: 1);
            }
            // It wakes up and believes that it still owns what it owned.
            foreach (var stage in ServicesPlatform.StageNames)
                await services.SignalAsync(stage, replica: 0, "STOP");
            await Task.Delay(TimeSpan.FromSeconds(pausedSeconds), Stop);
            foreach (var stage in ServicesPlatform.StageNames)
                await services.SignalAsync(stage, replica: 0, "CONT");
        });

        await census.EndAsync();
        memory.RequireBounded(census.Load);
    }
}
