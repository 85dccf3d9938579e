using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Tests.Fakes;
using CsCheck;

namespace Cdp.Profile.Tests.Feed;

public sealed class ChangeFeedTests
{
    private enum Step
    {
        Write,
        Read,
        Erase,
        Unmerge,
        Restart,
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Read_AtAnyMomentsOverMergesSplitsErasuresAndRestarts_EndsAsAScanDoes() =>
        Gen.Select(Gen.Frequency((6, Gen.Const(Step.Write)), (3, Gen.Const(Step.Read)), (1, Gen.Const(Step.Erase)), (2, Gen.Const(Step.Unmerge)), (1, Gen.Const(Step.Restart))), Gen.Int[0, 1_000_000])
            .Array[1, 15].SampleAsync(CheckAsync, iter: 40, threads: 1);

    [Fact]
    public async Task Read_WhenNothingIsNew_WaitsForTheNextCommit()
    {
        using var directory = new TemporaryDirectory();
        await using var stage = new ProfileStage(directory.Path, new FakeIdentity());
        await using var reading = stage.Feed.ReadAsync(0, Stop).GetAsyncEnumerator(Stop);
        var next = reading.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);

        await stage.WriteAsync(0, LogEvents.Track("ann", "E"));

        Assert.True(await next);
        Assert.Equal(1, reading.Current.Sequence);
        Assert.Equal("E", Assert.Single(Assert.Single(reading.Current.Changes).Events).Name);
    }

    private static async Task CheckAsync((Step Step, int Seed)[] steps)
    {
        using var directory = new TemporaryDirectory();
        var identity = new FakeIdentity();
        var stage = new ProfileStage(directory.Path, identity);
        var follower = new FeedModel();
        foreach (var (step, seed) in steps.Append((Step.Read, 0)))
        {
            var random = new Random(seed);
            switch (step)
            {
                case Step.Write:
                    await stage.WriteAsync(random.Next(2), [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => RandomEvent(random))]);
                    break;
                case Step.Read:
                    await ReadToEndAsync(stage, follower);
                    break;
                case Step.Erase:
                    await stage.Writer.EraseAsync($"p{random.Next(1, 5):d4}", Stop);
                    break;
                case Step.Unmerge:
                    if (identity.Merges.ToList() is { Count: > 0 } merges)
                        await stage.Unmerger.UnmergeAsync(new UnmergeRequest { Merge = merges[random.Next(merges.Count)].Sequence }, Stop);
                    break;
                default:
                    await stage.DisposeAsync();
                    stage = new ProfileStage(directory.Path, identity, stage.Log);
                    break;
            }
        }

        var scanned = new List<ProfileChange>();
        var sequence = 0L;
        await foreach (var (profiles, last) in stage.Store.ScanAsync(2, Stop))
        {
            scanned.AddRange(profiles);
            sequence = last ?? sequence;
        }
        Assert.Equal(FeedModel.Of(scanned, sequence).Describe(), follower.Describe());
        await stage.DisposeAsync();
    }

    private static async Task ReadToEndAsync(ProfileStage stage, FeedModel follower)
    {
        var head = (await stage.Writer.PositionsAsync(Stop)).Feed;
        if (follower.Sequence == head)
            return;
        await foreach (var batch in stage.Feed.ReadAsync(follower.Sequence, Stop))
        {
            follower.Apply(batch);
            if (follower.Sequence == head)
                return;
        }
    }

    private static Event RandomEvent(Random random) => LogEvents.Make(
        EventType.Identify,
        $$$"""{"traits":{"t{{{random.Next(2)}}}":{{{random.Next(5)}}} }}""",
        random.Next(3) == 0 ? $"u{random.Next(3)}" : "",
        LogEvents.Noon + random.Next(1_000),
        $"d{random.Next(6)}");
}
