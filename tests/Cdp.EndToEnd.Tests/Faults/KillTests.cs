using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>kill -9 at random moments under load: no acknowledged event is lost, none counts twice.</summary>
public sealed class KillTests
{
    private const int Rounds = 20;
    private const int Seed = 4711;

    [Fact]
    public async Task Kill_20TimesUnderLoad_LosesAndDoublesNothing()
    {
        var moments = new Random(Seed);
        await using var platform = new StandalonePlatform();
        await platform.StartAsync();
        await using var census = await Census.BeginAsync(platform.Client, Seed);

        for (var round = 0; round < Rounds; round++)
        {
            await census.DuringAsync(async () =>
            {
                // The moment of the crash is what this test varies: there is nothing to wait for.
                await Task.Delay(moments.Next(20, 400), TestContext.Current.CancellationToken);
                await platform.KillAsync();
            });
            await platform.StartAsync();
        }

        await census.EndAsync();
    }
}
