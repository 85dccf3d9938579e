using Cdp.EndToEnd.Tests.Client;
using Cdp.Engines;

namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>Engines that crash, hang, refuse and lose what is theirs, under load.</summary>
[Collection(nameof(FaultyEngines))]
public sealed class EngineFaultTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kafka_KilledAndStartedAgain_LosesAndDoublesNothing()
    {
        await using var engines = await FaultyEngines.StartAsync(replicas: 1);
        await using var census = await Census.BeginAsync(engines.Services.Client, seed: 1);

        await census.DuringAsync(async () =>
        {
            await SomeLoadAsync();
            await engines.Kafka.KillAsync(Stop);
            await UntilRefusedAsync(census);
            await engines.Kafka.StartAsync(Stop);
            await SomeLoadAsync();
        });

        await census.EndAsync();
    }

    // The stand-in for MongoDB loses its last second when it is killed, which MongoDB does not: it is stopped in order.
    [Fact]
    public async Task Mongo_StoppedAndStartedAgain_LosesAndDoublesNothing() =>
        await SurvivesAsync(engines => engines.Mongo, 2, (engine, stop) => engine.StopAsync(stop), (engine, stop) => engine.StartAsync(stop));

    [Fact]
    public async Task Mongo_Hangs_LosesAndDoublesNothing() =>
        await SurvivesAsync(engines => engines.Mongo, 3, (engine, stop) => engine.PauseAsync(stop), (engine, stop) => engine.ResumeAsync(stop));

    [Fact]
    public async Task Kafka_Hangs_LosesAndDoublesNothing() =>
        await SurvivesAsync(engines => engines.Kafka, 4, (engine, stop) => engine.PauseAsync(stop), (engine, stop) => engine.ResumeAsync(stop));

    [Fact]
    public async Task Elasticsearch_KilledAndStartedAgain_LosesAndDoublesNothing() =>
        await SurvivesAsync(engines => engines.Elasticsearch, 5, (engine, stop) => engine.KillAsync(stop), (engine, stop) => engine.StartAsync(stop));

    private static async Task SurvivesAsync(
        Func<FaultyEngines, Engine> which, int seed, Func<Engine, CancellationToken, Task> breakIt, Func<Engine, CancellationToken, Task> mendIt)
    {
        LongRun.Require();
        await using var engines = await FaultyEngines.StartAsync(replicas: 1);
        await using var census = await Census.BeginAsync(engines.Services.Client, seed);

        await census.DuringAsync(async () =>
        {
            await SomeLoadAsync();
            await breakIt(which(engines), Stop);
            await Task.Delay(TimeSpan.FromSeconds(5), Stop);
            await mendIt(which(engines), Stop);
            await SomeLoadAsync();
        });

        await census.EndAsync();
    }

    // How much comes before and after is not what is tested; some must.
    private static Task SomeLoadAsync() => Task.Delay(TimeSpan.FromSeconds(1), Stop);

    private static async Task UntilRefusedAsync(Census census) =>
        await PlatformClient.UntilAsync(() => Task.FromResult(census.Load.Refused), refused => refused > 0, "an event was refused");
}
