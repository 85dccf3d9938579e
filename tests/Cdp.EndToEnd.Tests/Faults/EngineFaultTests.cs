using Cdp.EndToEnd.Tests.Client;
using Cdp.Engines;

namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>Engines that crash, hang and are slow, under load.</summary>
[Collection(nameof(FaultyEngines))]
public sealed class EngineFaultTests
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SlowFor = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kafka_KilledAndStartedAgain_LosesAndDoublesNothing()
    {
        await using var engines = await FaultyEngines.StartAsync(replicas: 1);
        await using var census = await Census.BeginAsync(engines.Services.Client, seed: 1);

        await census.DuringAsync(async () =>
        {
            await census.SomeLoadAsync();
            await engines.Kafka.KillAsync(Stop);
            await UntilRefusedAsync(census);
            await engines.Kafka.StartAsync(Stop);
            await census.SomeLoadAsync();
        });

        await census.EndAsync();
    }

    // The stand-in for MongoDB loses its last second when it is killed, which MongoDB does not: it is stopped in order.
    [Fact]
    public async Task Mongo_StoppedAndStartedAgain_LosesAndDoublesNothing() =>
        await SurvivesAsync(engines => engines.Mongo, 2, (engine, stop) => engine.StopAsync(stop), Away, (engine, stop) => engine.StartAsync(stop));

    [Fact]
    public async Task Elasticsearch_KilledAndStartedAgain_LosesAndDoublesNothing() =>
        await SurvivesAsync(engines => engines.Elasticsearch, 5, (engine, stop) => engine.KillAsync(stop), Away, (engine, stop) => engine.StartAsync(stop));

    // Shorter than the time limits of calls, and longer than all of them.
    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    public async Task Mongo_Hangs_LosesAndDoublesNothing(int seconds) => await SurvivesHangAsync(engines => engines.Mongo, 3, seconds);

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    public async Task Kafka_Hangs_LosesAndDoublesNothing(int seconds) => await SurvivesHangAsync(engines => engines.Kafka, 4, seconds);

    [Theory]
    [InlineData(30)]
    public async Task Elasticsearch_Hangs_LosesAndDoublesNothing(int seconds) => await SurvivesHangAsync(engines => engines.Elasticsearch, 6, seconds);

    [Fact]
    public async Task Mongo_AnswersSlowly_LosesAndDoublesNothing() => await SurvivesSlownessAsync(engines => engines.Mongo, 8);

    [Fact]
    public async Task Kafka_AnswersSlowly_LosesAndDoublesNothing() => await SurvivesSlownessAsync(engines => engines.Kafka, 9);

    [Fact]
    public async Task Elasticsearch_AnswersSlowly_LosesAndDoublesNothing() => await SurvivesSlownessAsync(engines => engines.Elasticsearch, 10);

    private static Task SurvivesHangAsync(Func<FaultyEngines, Engine> which, int seed, int seconds) => SurvivesAsync(
        which, seed, (engine, stop) => engine.PauseAsync(stop), TimeSpan.FromSeconds(seconds), (engine, stop) => engine.ResumeAsync(stop));

    private static async Task SurvivesSlownessAsync(Func<FaultyEngines, Engine> which, int seed)
    {
        LongRun.Require();
        await using var engines = await FaultyEngines.StartAsync(replicas: 1, mayBeSlow: true);
        var engine = which(engines);
        await EngineFault.SurviveAsync(engines, seed, () => DelayAsync(Slow), SlowFor, () => DelayAsync(TimeSpan.Zero));

        Task DelayAsync(TimeSpan delay)
        {
            engines.Delay(engine, delay);
            return Task.CompletedTask;
        }
    }

    private static async Task SurvivesAsync(
        Func<FaultyEngines, Engine> which, int seed, Func<Engine, CancellationToken, Task> breakIt, TimeSpan lasts, Func<Engine, CancellationToken, Task> mendIt)
    {
        LongRun.Require();
        await using var engines = await FaultyEngines.StartAsync(replicas: 1);
        await EngineFault.SurviveAsync(engines, seed, () => breakIt(which(engines), Stop), lasts, () => mendIt(which(engines), Stop));
    }

    private static async Task UntilRefusedAsync(Census census) =>
        await PlatformClient.UntilAsync(() => Task.FromResult(census.Load.Refused), refused => refused > 0, "an event was refused");
}
