using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Store;
using Cdp.Profile.Tests.Fakes;
using Cdp.Profile.Tests.Feed;

namespace Cdp.Profile.Tests.Store;

/// <summary>What consumers of every store of profiles must be able to rely on, while it is written.</summary>
public abstract class ProfileFeedSuite : IAsyncLifetime
{
    private const int Commits = 25;

    private protected IProfileStore Store { get; set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether an erasure can end while a scan goes on.</summary>
    protected virtual bool ErasesBesideScans => true;

    /// <summary>Opens the store on the same data again and again.</summary>
    protected abstract Task<IProfileStore> OpenAsync();

    /// <summary>Closes what was opened.</summary>
    protected abstract Task CloseAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Scan_WithRoundsBetweenItsPagesThenTheFeed_IsAllThereIs(int seed)
    {
        var random = new Random(seed);
        var people = new StoredPeople(random);
        for (var round = 0; round < Commits; round++)
            await ChangeAsync(people, random, mayErase: true);

        var scanned = new List<ProfileChange>();
        var sequence = 0L;
        await foreach (var (page, last) in Store.ScanAsync(2, Stop))
        {
            scanned.AddRange(page);
            sequence = last ?? sequence;
            if (last is null)
                await ChangeAsync(people, random, ErasesBesideScans);
        }
        var follower = FeedModel.Of(scanned, sequence);
        await FollowAsync(follower, random, () => true);

        Assert.Equal(people.Describe(), follower.Describe());
        Assert.Equal(people.Ids.Count, await Store.CountAsync(Stop));
    }

    [Fact]
    public async Task ScansAndFeed_BesideACommitterThatDoesNotWait_AreAllThereIs()
    {
        var random = new Random(4711);
        var people = new StoredPeople(random);
        await ChangeAsync(people, random, mayErase: false);
        var committing = Task.Run(
            async () =>
            {
                for (var round = 0; round < Commits; round++)
                    await ChangeAsync(people, random, ErasesBesideScans);
            },
            Stop);
        var all = await Task.WhenAll(
            FollowAsync(new FeedModel(), new Random(1), () => committing.IsCompleted),
            ScanAndFollowAsync(2, () => committing.IsCompleted),
            ScanAndFollowAsync(50, () => committing.IsCompleted));
        await committing;

        var truth = people.Describe();
        foreach (var follower in all)
            Assert.Equal(truth, follower.Describe());
    }

    private async Task<FeedModel> ScanAndFollowAsync(int batch, Func<bool> isOver)
    {
        FeedModel follower;
        do
        {
            var scanned = new List<ProfileChange>();
            var sequence = 0L;
            await foreach (var (page, last) in Store.ScanAsync(batch, Stop))
            {
                scanned.AddRange(page);
                sequence = last ?? sequence;
            }
            follower = FeedModel.Of(scanned, sequence);
            await FollowAsync(follower, new Random(batch), () => true);
        }
        while (!isOver());
        return await FollowAsync(follower, new Random(batch), isOver);
    }

    // Until the end that is there once it is over.
    private async Task<FeedModel> FollowAsync(FeedModel follower, Random random, Func<bool> isOver)
    {
        while (true)
        {
            var wasOver = isOver();
            var (changes, sequence) = await Store.ChangesAfterAsync(follower.Sequence, random.Next(1, 20), Stop);
            if (sequence > follower.Sequence)
                follower.Apply(new ProfileChangeBatch { Changes = { changes }, Sequence = sequence });
            else if (wasOver)
                return follower;
            else
                await Task.Yield();
        }
    }

    private async Task ChangeAsync(StoredPeople people, Random random, bool mayErase)
    {
        if (!mayErase || random.Next(8) > 0 || people.Ids.Count < 3)
        {
            await Store.CommitAsync(people.Next(), Stop);
            return;
        }
        var id = people.Ids.Order(StringComparer.Ordinal).ElementAt(random.Next(people.Ids.Count));
        await Store.EraseAsync(id, people.Erase(id), Stop);
    }
}
