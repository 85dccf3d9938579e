using System.Text;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Collection.Log;
using Cdp.Engines;
using Cdp.Move.Copying;
using Cdp.Move.Sides;
using Cdp.Move.Tests.Fakes;
using Cdp.SegmentSearch.Store;
using Cdp.Storage.Embedded.Sqlite;
using Cdp.Storage.Moving;
using Microsoft.AspNetCore.DataProtection;
using MongoDB.Driver;

[assembly: AssemblyFixture(typeof(MongoEngine))]
[assembly: AssemblyFixture(typeof(KafkaEngine))]

namespace Cdp.Move.Tests;

public sealed class HouseMoveTests(MongoEngine mongo, KafkaEngine kafka)
{
    [Fact]
    public async Task Move_ToEnginesAndBack_HoldsTheSame()
    {
        using var first = new TempDirectory();
        using var second = new TempDirectory();
        var engines = await EngineSettings.OfAsync(mongo, kafka);
        await Sample.FillAsync(first.Path);

        var there = await MoveRun.RunAsync(["--to", "engines", $"--Cdp:DataDirectory={first.Path}", .. engines]);
        var back = await MoveRun.RunAsync(["--to", "embedded", $"--Cdp:DataDirectory={second.Path}", .. engines]);

        Assert.Equal((0, ""), (there.ExitCode, there.Errors));
        Assert.Equal((0, ""), (back.ExitCode, back.Errors));
        Assert.Equal(Sums(there), Sums(back));
        Assert.All(Sums(there).Where(line => !line.Contains("key ring", StringComparison.Ordinal)), line => Assert.DoesNotContain("           0 ", line, StringComparison.Ordinal));
        await AssertWorksAsync(second.Path);
    }

    [Fact]
    public async Task Move_WithoutKafka_LeavesTheEventLogWhereItIs()
    {
        using var directory = new TempDirectory();
        var engines = await EngineSettings.OfAsync(mongo, null);
        await Sample.FillAsync(directory.Path);

        var run = await MoveRun.RunAsync(["--to", "engines", $"--Cdp:DataDirectory={directory.Path}", .. engines]);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.DoesNotContain(Sums(run), line => line.Contains("event log", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Move_ToATargetThatIsNotEmpty_Refuses()
    {
        using var directory = new TempDirectory();
        var engines = await EngineSettings.OfAsync(mongo, null);
        await Sample.FillAsync(directory.Path);
        await MoveRun.RunAsync(["--to", "engines", $"--Cdp:DataDirectory={directory.Path}", .. engines]);

        var again = await MoveRun.RunAsync(["--to", "engines", $"--Cdp:DataDirectory={directory.Path}", .. engines]);

        Assert.Equal(MoveProcess.Failed, again.ExitCode);
        Assert.Contains("is not empty: it has API keys of governance", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Move_AfterTheUnfinishedTargetWasEmptied_BeginsAnew()
    {
        using var directory = new TempDirectory();
        var engines = await EngineSettings.OfAsync(mongo, null);
        await Sample.FillAsync(directory.Path);
        var database = new MongoUrl(engines[0]["--ConnectionStrings:mongodb=".Length..]).DatabaseName;
        var journal = MoveJournal.Open(directory.Path, Place.Engines, $"MongoDB database {database}");
        await using (var side = EmbeddedSide.Open([$"--Cdp:DataDirectory={directory.Path}"]))
        {
            foreach (var archive in side.Archives)
                journal.Note(archive, null);
        }

        var run = await MoveRun.RunAsync(["--to", "engines", $"--Cdp:DataDirectory={directory.Path}", .. engines]);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
    }

    [Fact]
    public async Task Move_FromASideThatIsIncomplete_Refuses()
    {
        using var directory = new TempDirectory();
        var engines = await EngineSettings.OfAsync(mongo, null);
        UnfinishedMove.Begin(directory.Path);

        var run = await MoveRun.RunAsync(["--to", "engines", $"--Cdp:DataDirectory={directory.Path}", .. engines]);

        Assert.Equal(MoveProcess.Failed, run.ExitCode);
        Assert.Contains("is incomplete", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Move_BackWithoutKafkaThatHasTheLog_Refuses()
    {
        using var first = new TempDirectory();
        using var second = new TempDirectory();
        var engines = await EngineSettings.OfAsync(mongo, kafka);
        await MoveRun.RunAsync(["--to", "engines", $"--Cdp:DataDirectory={first.Path}", .. engines]);

        var run = await MoveRun.RunAsync("--to", "embedded", $"--Cdp:DataDirectory={second.Path}", engines[0]);

        Assert.Equal(MoveProcess.Failed, run.ExitCode);
        Assert.Contains("the events are in Kafka", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Move_WhileTheDataDirectoryIsUsed_Refuses()
    {
        using var directory = new TempDirectory();
        using var used = DataDirectoryLock.Take(directory.Path, "profile");

        var run = await MoveRun.RunAsync("--to", "engines", $"--Cdp:DataDirectory={directory.Path}", "--ConnectionStrings:mongodb=mongodb://127.0.0.1:1");

        Assert.Equal(MoveProcess.Failed, run.ExitCode);
        Assert.Contains($"another process uses profile in {directory.Path}", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifyOnly_AfterTheSourceWasUsed_TellsWhatDiffers()
    {
        using var directory = new TempDirectory();
        var engines = await EngineSettings.OfAsync(mongo, null);
        await Sample.FillAsync(directory.Path);
        await MoveRun.RunAsync(["--to", "engines", $"--Cdp:DataDirectory={directory.Path}", .. engines]);
        await using (var stores = new Stores(directory.Path))
            await stores.Get<ISegmentStore>().CommitAsync(new SegmentCommit { Positions = new SegmentPositions(78, 5000) }, TestContext.Current.CancellationToken);

        var run = await MoveRun.RunAsync(["--to", "engines", "--verify-only", $"--Cdp:DataDirectory={directory.Path}", .. engines]);

        Assert.Equal(MoveProcess.Differs, run.ExitCode);
        Assert.Contains("DIFFERS", Assert.Single(Sums(run), line => !line.EndsWith("equal", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--to", "engine", "not engine")]
    [InlineData("--verify-only", "", "--to engines or --to embedded is needed")]
    [InlineData("--to=engines", "", "ConnectionStrings:mongodb is needed")]
    public async Task Move_WithWrongArguments_SaysWhatIsNeeded(string argument, string value, string expected)
    {
        using var directory = new TempDirectory();

        var run = await MoveRun.RunAsync([argument, .. value.Length > 0 ? new[] { value } : [], $"--Cdp:DataDirectory={directory.Path}"]);

        Assert.Equal(MoveProcess.Failed, run.ExitCode);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
    }

    private static string[] Sums(MoveRun run) => [.. run.Output.Split(Environment.NewLine).Where(line => line.StartsWith("verify", StringComparison.Ordinal) && !line.EndsWith('…'))];

    private static async Task AssertWorksAsync(string directory)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var stores = new Stores(directory);
        var duplicates = await Sample.AppendAsync(stores.Get<IEventLog>(), Sample.Events - 50, 100);
        Assert.Equal(50, duplicates!.Count(d => d));
        var destination = Assert.Single(await stores.Get<IDestinationStore>().ListAsync(stop));
        Assert.Equal(SampleSegments.Secret, Encoding.UTF8.GetString(stores.Get<IDataProtectionProvider>().CreateProtector("sample").Unprotect(destination.ProtectedSecret)));
        Assert.NotEmpty(await stores.Get<IDeliveryStore>().DueAsync(SampleSegments.Destination, long.MaxValue, 10, stop));
    }
}
